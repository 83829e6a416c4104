-- object: control.P10
-- kind: control
-- grain: one row per raw dataset with personal data
-- sources: step.personal_field, step.permitted, lineage.node, step.kept_object
-- clause: a rule of retention must not keep it longer than its record says
with personal as (
    select distinct field.dataset_node_id
    from step.personal_field as field
    inner join lineage.node as node on field.dataset_node_id = node.node_id
    where node.stage = 'raw' and field.status = 'declared'
),

kept as (
    select
        object.object_id,
        min(object.goes_at) as goes_at,
        min(object.created_at) as created_at
    from step.kept_object as object
    group by object.object_id
)

select
    null as scope,
    personal.dataset_node_id as object_id,
    true as is_tested,
    case
        when permitted.processing_act_id is null then 'no record of processing names it'
        when
            kept.goes_at
            > kept.created_at
            + to_months(coalesce(retention.months_of(permitted.retention), 0))
            + to_days(coalesce(retention.days_of(permitted.retention), 0))
            then 'its record says ' || permitted.retention || ', and by the rules it goes later'
    end as finding,
    null as missing,
    null::timestamptz as since_at,
    [permitted.processing_act_id] as evidence
from personal
left join step.permitted as permitted on personal.dataset_node_id = permitted.dataset_node_id
left join kept on personal.dataset_node_id = kept.object_id and permitted.retention is not null;
