-- object: checks.validity_is_forward
-- kind: check
-- grain: one row per interval that ends before it begins
-- sources: lineage.edge, lineage.column_edge, lineage.dataset_field, lineage.ownership
select
    'lineage.edge' as table_name,
    edge.target_node_id as node_id
from lineage.edge as edge
where edge.valid_to_at <= edge.valid_from_at or edge.known_to_at <= edge.known_from_at
union all
select
    'lineage.column_edge' as table_name,
    edge.target_node_id as node_id
from lineage.column_edge as edge
where edge.valid_to_at <= edge.valid_from_at or edge.known_to_at <= edge.known_from_at
union all
select
    'lineage.dataset_field' as table_name,
    field.dataset_node_id as node_id
from lineage.dataset_field as field
where field.valid_to_at <= field.valid_from_at or field.known_to_at <= field.known_from_at
union all
select
    'lineage.ownership' as table_name,
    owned.node_id
from lineage.ownership as owned
where owned.valid_to_at <= owned.valid_from_at or owned.known_to_at <= owned.known_from_at;
