-- object: lineage.dead_end
-- kind: macro
-- grain: one row per dataset that jobs write and nothing reads
-- sources: graph.flow, graph.node, graph.node_past
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which stages, too
-- clause: by edges: what only a run that writes nothing reads is a dead end; models and deployments are where lineage is meant to end
create or replace macro lineage.dead_end(as_of := null, known_at := null) as table  -- noqa: disable=layout.indent,references.qualification
with held as (
    select
        flow.source_number,
        flow.target_number
    from graph.flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
)

select
    node.node_id,
    node.kind,
    coalesce(past.stage, node.stage) as stage,
    node.namespace,
    node.name
from graph.node as node
left join graph.node_past as past
    on
        node.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
where
    node.kind = 'dataset'
    and node.number in (select held.target_number from held)
    and node.number not in (select held.source_number from held)
order by node.number;
