-- object: graph.schema_field
-- kind: facts
-- grain: one row per row of lineage.dataset_field, by the number of graph.field
-- sources: lineage.dataset_field, graph.field, graph.node
-- clause: the four times are those of the field
-- column number: the field
-- column node_number: the node that holds it
-- column valid_from_at: as in lineage.dataset_field
-- column valid_to_at: as in lineage.dataset_field
-- column known_from_at: as in lineage.dataset_field
-- column known_to_at: as in lineage.dataset_field
create table if not exists graph.schema_field (
    number integer,
    node_number integer,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

truncate graph.schema_field;

insert into graph.schema_field
select
    field.number,
    field.node_number,
    stated.valid_from_at,
    stated.valid_to_at,
    stated.known_from_at,
    stated.known_to_at
from lineage.dataset_field as stated
inner join graph.node as node on stated.dataset_node_id = node.node_id
inner join graph.field as field
    on node.number = field.node_number and stated.field_path = field.field
order by field.number;
