-- object: step.upstream
-- kind: step
-- grain: one row per (version that serves in production, node from which data reaches it)
-- sources: step.in_service, graph.node, graph.flow, graph.node_past
create or replace table step.upstream as
with recursive walk as (
    select distinct
        service.version_node_id,
        node.number
    from step.in_service as service
    inner join graph.node as node on service.version_node_id = node.node_id
    union
    select
        walk.version_node_id,
        flow.source_number as number
    from walk
    inner join graph.flow as flow on walk.number = flow.target_number
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, getvariable('as_of'))
        and graph.holds(flow.known_from_at, flow.known_to_at, getvariable('known_at'))
)

select
    walk.version_node_id,
    walk.number,
    node.node_id,
    node.kind,
    coalesce(past.stage, node.stage) as stage
from walk
inner join graph.node as node on walk.number = node.number
left join graph.node_past as past
    on
        walk.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, getvariable('known_at'))
where node.node_id != walk.version_node_id;
