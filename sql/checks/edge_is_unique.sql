-- object: checks.edge_is_unique
-- kind: check
-- grain: one row per edge that is believed twice for the same time
-- sources: lineage.edge
select
    edge.source_node_id,
    edge.target_node_id,
    edge.job_node_id,
    edge.valid_from_at
from lineage.edge as edge
where edge.known_to_at is null
group by all
having count(*) > 1;
