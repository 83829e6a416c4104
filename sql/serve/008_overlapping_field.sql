-- object: graph.overlapping_field
-- kind: facts
-- grain: one row per (field, field that lies inside it or that it lies inside): graph.nested_field both ways
-- sources: graph.nested_field
-- clause: two parts of one field do not overlap
-- column number: the field
-- column node_number: the node that holds both
-- column other_number: the field inside it, or around it
create table if not exists graph.overlapping_field (
    number integer,
    node_number integer,
    other_number integer
);

truncate graph.overlapping_field;

insert into graph.overlapping_field
select
    nested.number,
    nested.node_number,
    nested.inner_number as other_number
from graph.nested_field as nested
union all
select
    nested.inner_number,
    nested.node_number,
    nested.number
from graph.nested_field as nested
order by number, other_number;
