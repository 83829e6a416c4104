-- object: graph.nested_field
-- kind: facts
-- grain: one row per (field, field inside it at any depth): address and address.city
-- sources: graph.field
-- clause: a name with dots is taken to lie inside each field of its node that is its beginning up to a dot
-- column number: the field
-- column node_number: the node that holds both
-- column inner_number: the field inside it
create table if not exists graph.nested_field (
    number integer,
    node_number integer,
    inner_number integer
);

truncate graph.nested_field;

insert into graph.nested_field
with dotted as (
    select
        field.number,
        field.node_number,
        string_split(field.field, '.') as parts
    from graph.field as field
    where contains(field.field, '.')
),

inside as (
    select
        dotted.number,
        dotted.node_number,
        unnest([
            array_to_string(dotted.parts[1:place], '.')
            for place in range(1, len(dotted.parts))
        ]) as field
    from dotted
)

select
    outermost.number,
    outermost.node_number,
    inside.number as inner_number
from inside
inner join graph.field as outermost
    on inside.node_number = outermost.node_number and inside.field = outermost.field
order by outermost.number, inner_number;
