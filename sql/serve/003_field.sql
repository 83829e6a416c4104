-- object: graph.field
-- kind: facts
-- grain: one row per field of a node that its schema, any column lineage or a tag ever named
-- sources: lineage.column_edge, lineage.dataset_field, lineage.tag, graph.node
-- clause: numbered in the order of node_id and field; made anew by every publication
-- column number: its place among all fields, from 0, without gaps
-- column node_number: the node that holds it, in graph.node
-- column field: its path
create table if not exists graph.field (
    number integer,
    node_number integer,
    field varchar
);

truncate graph.field;

insert into graph.field
with named as (
    select
        edge.source_node_id as node_id,
        edge.source_field as field
    from lineage.column_edge as edge
    union
    select
        edge.target_node_id,
        edge.target_field
    from lineage.column_edge as edge
    union
    select
        field_of.dataset_node_id,
        field_of.field_path
    from lineage.dataset_field as field_of
    union
    select
        tag.node_id,
        tag.field
    from lineage.tag as tag
)

select
    row_number() over (order by node.number, named.field) - 1 as number,
    node.number as node_number,
    named.field
from named
inner join graph.node as node on named.node_id = node.node_id
where named.field is not null
order by node_number, named.field;
