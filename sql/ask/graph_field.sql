-- object: ask.graph_field
-- kind: ask
-- grain: one row per field, by its number; is_known as in lineage.column_downstream
-- sources: graph.field, graph.column_flow, graph.schema_field
with held as (
    select
        flow.source_number,
        flow.target_number
    from graph.column_flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, $as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, $known_at)
),

known as (
    select held.source_number as number
    from held
    where held.source_number is not null
    union
    select held.target_number
    from held
    where held.target_number is not null
    union
    select stated.number
    from graph.schema_field as stated
    where
        graph.holds(stated.valid_from_at, stated.valid_to_at, $as_of)
        and graph.holds(stated.known_from_at, stated.known_to_at, $known_at)
)

select
    field.node_number,
    field.field,
    known.number is not null as is_known
from graph.field as field
left join known on field.number = known.number
order by field.number;
