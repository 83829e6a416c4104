-- object: ask.graph_field
-- kind: ask
-- grain: one row per field, by its number; is_known as in lineage.column_downstream
-- sources: graph.field, graph.node, graph.column_flow, lineage.dataset_field
with held as (
    select
        flow.source_number,
        flow.target_number
    from graph.column_flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, $as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, $known_at)
),

stated as (
    select
        field_of.dataset_node_id,
        field_of.field_path
    from lineage.dataset_field as field_of
    where
        graph.holds(field_of.valid_from_at, field_of.valid_to_at, $as_of)
        and graph.holds(field_of.known_from_at, field_of.known_to_at, $known_at)
),

known as (
    select held.source_number as number
    from held
    union
    select held.target_number
    from held
    where held.target_number is not null
    union
    select field.number
    from stated
    inner join graph.node as node on stated.dataset_node_id = node.node_id
    inner join graph.field as field
        on node.number = field.node_number and stated.field_path = field.field
)

select
    field.node_number,
    field.field,
    known.number is not null as is_known
from graph.field as field
left join known on field.number = known.number
order by field.number;
