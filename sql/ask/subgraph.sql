-- object: ask.subgraph
-- kind: ask
-- grain: one row per (source, target, job) between nodes of $nodes that holds at the two clocks
-- sources: lineage.edge, graph.flow, graph.node
-- clause: basis is the one that held at the two clocks; the rest is that of the edge as a whole

-- noqa: disable=references.qualification
with asked as materialized (
    select
        node.number,
        node.node_id
    from graph.node as node
    where node.node_id in (select unnest($nodes::varchar[]))
),

flow as (
    select
        source.node_id as source_node_id,
        target.node_id as target_node_id,
        job.node_id as job_node_id,
        flow.basis
    from graph.flow as flow
    inner join asked as source on flow.source_number = source.number
    inner join asked as target on flow.target_number = target.number
    left join graph.node as job on flow.job_number = job.number
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, $as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, $known_at)
)

select
    edge.source_node_id,
    edge.target_node_id,
    coalesce(edge.job_node_id, '') as job_node_id,
    flow.basis,
    edge.run_count,
    edge.valid_from_at,
    edge.valid_to_at,
    edge.last_run_id
from lineage.edge as edge
inner join flow
    on
        edge.source_node_id = flow.source_node_id
        and edge.target_node_id = flow.target_node_id
        and edge.job_node_id is not distinct from flow.job_node_id
where
    graph.holds(edge.valid_from_at, edge.valid_to_at, $as_of)
    and graph.holds(edge.known_from_at, edge.known_to_at, $known_at)
order by edge.source_node_id, edge.target_node_id, job_node_id;
