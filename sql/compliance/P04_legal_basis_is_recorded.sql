-- object: control.P04
-- kind: control
-- grain: one row per raw dataset with personal data
-- sources: step.personal_field, step.permitted, lineage.node
-- clause: a special category needs a condition of Art 9 beside the basis
with personal as (
    select
        field.dataset_node_id,
        bool_or(field.category = 'special-category') as is_special
    from step.personal_field as field
    inner join lineage.node as node on field.dataset_node_id = node.node_id
    where node.stage = 'raw' and field.status = 'declared'
    group by field.dataset_node_id
)

select
    null as scope,
    personal.dataset_node_id as object_id,
    true as is_tested,
    case
        when permitted.basis is null then 'nobody says on what basis it is used'
        when personal.is_special and permitted.condition is null
            then 'it holds a special category, and nobody says under which condition of Art 9'
    end as finding,
    null as missing,
    null::timestamptz as since_at,
    [permitted.processing_act_id] as evidence
from personal
left join step.permitted as permitted on personal.dataset_node_id = permitted.dataset_node_id;
