-- object: graph.stated_field
-- kind: macro
-- grain: one row per field that a schema or column lineage named at the two clocks
-- sources: graph.column_flow, graph.schema_field

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.stated_field(as_of, known_at) as table
select
    flow.source_number as number,
    flow.source_node_number as node_number
from graph.column_flow as flow
where
    flow.source_number is not null
    and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
    and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
union
select
    flow.target_number,
    flow.target_node_number
from graph.column_flow as flow
where
    flow.target_number is not null
    and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
    and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
union
select
    schema_field.number,
    schema_field.node_number
from graph.schema_field as schema_field
where
    graph.holds(schema_field.valid_from_at, schema_field.valid_to_at, as_of)
    and graph.holds(schema_field.known_from_at, schema_field.known_to_at, known_at);
