-- object: ask.fields
-- kind: ask
-- grain: one row per field that $node, or the node of which it is an alias, was ever stated to have, by a schema, column lineage or a tag
-- sources: lineage.dataset_field, lineage.column_edge, lineage.tag, lineage.alias
with asked as (
    select $node as node_id
    union
    select alias.node_id
    from lineage.alias as alias
    where alias.alias_node_id = $node
)

select field.field_path as field
from lineage.dataset_field as field
semi join asked on field.dataset_node_id = asked.node_id
union
select edge.source_field as field
from lineage.column_edge as edge
semi join asked on edge.source_node_id = asked.node_id
where edge.source_field is not null
union
select edge.target_field as field
from lineage.column_edge as edge
semi join asked on edge.target_node_id = asked.node_id
where edge.target_field is not null
union
select tag.field
from lineage.tag as tag
semi join asked on tag.node_id = asked.node_id
where tag.field is not null
order by field;
