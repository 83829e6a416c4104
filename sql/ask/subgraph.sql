-- object: ask.subgraph
-- kind: ask
-- grain: one row per edge between nodes of $nodes that holds now
-- sources: lineage.edge
select
    edge.source_node_id,
    edge.target_node_id,
    min(edge.basis) as basis
from lineage.edge as edge
where
    edge.source_node_id in (select unnest($nodes::varchar[]))
    and edge.target_node_id in (select unnest($nodes::varchar[]))
    and edge.valid_to_at is null
    and edge.known_to_at is null
group by all
order by edge.source_node_id, edge.target_node_id;
