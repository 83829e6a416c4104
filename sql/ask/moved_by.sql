-- object: ask.moved_by
-- kind: ask
-- grain: one row per node at either end of the edges of the job $job that held at $as_of, as they were known at $known_at
-- sources: lineage.edge
-- clause: not where a model version only leads to its model

-- noqa: disable=references.qualification
with moved as (
    select
        edge.source_node_id,
        edge.target_node_id
    from lineage.edge as edge
    where
        edge.job_node_id = $job
        and edge.basis != 'registry'
        and graph.holds(edge.valid_from_at, edge.valid_to_at, $as_of)
        and graph.holds(edge.known_from_at, edge.known_to_at, $known_at)
)

select moved.source_node_id as node_id
from moved
union
select moved.target_node_id
from moved
order by node_id;
