-- object: step.control_clause
-- kind: step
-- grain: one row per (control, framework that it belongs to), with whether the organisation is under it
-- sources: silver.shipped_control, compliance.framework, step.policy_in_force
-- clause: every organisation is under the baseline, and under the frameworks that its policy names in [obligations]
create or replace table step.control_clause as
with is_under as (
    select 'baseline' as framework
    union
    select named.value ->> '$' as framework
    from step.policy_in_force as policy, json_each(policy.body, '$.obligations.frameworks') as named
)

select
    shipped.place,
    shipped.control_id,
    asked.key as framework,
    framework.title as framework_title,
    framework.kind,
    asked.value ->> '$.clause' as clause,
    (asked.value ->> '$.applies_from')::date as applies_from,
    coalesce(asked.value ->> '$.note', '') as note,
    is_under.framework is not null as is_on
from silver.shipped_control as shipped, json_each(shipped.body, '$.under') as asked
inner join compliance.framework as framework on asked.key = framework.framework
left join is_under on asked.key = is_under.framework;
