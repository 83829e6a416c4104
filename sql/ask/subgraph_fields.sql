-- object: ask.subgraph_fields
-- kind: ask
-- grain: one row per field of the schema of a node of $nodes that holds at the two clocks
-- sources: lineage.dataset_field
select
    field.dataset_node_id as node_id,
    field.field_path as path,
    field.ordinal,
    field.type,
    min(field.valid_from_at) as valid_from_at
from lineage.dataset_field as field
where
    field.dataset_node_id in (select unnest($nodes::varchar[]))
    and graph.holds(field.valid_from_at, field.valid_to_at, $as_of)
    and graph.holds(field.known_from_at, field.known_to_at, $known_at)
group by all
order by all;
