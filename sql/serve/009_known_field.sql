-- object: graph.known_field
-- kind: macro
-- grain: one row per field that a schema, column lineage or a classifying tag named at the two clocks
-- sources: graph.stated_field, graph.tag

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.known_field(as_of, known_at) as table
select
    stated.number,
    stated.node_number
from graph.stated_field(as_of, known_at) as stated
union
select
    tag.number,
    tag.node_number
from graph.tag as tag
where
    tag.number != -1
    and graph.holds(tag.valid_from_at, tag.valid_to_at, as_of)
    and graph.holds(tag.known_from_at, tag.known_to_at, known_at);
