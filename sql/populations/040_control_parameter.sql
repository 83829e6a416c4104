-- object: step.control_parameter
-- kind: step
-- grain: one row per number that a control measures with
-- sources: silver.shipped_control, step.policy_in_force
-- clause: what the policy sets is the organisation's own
create or replace table step.control_parameter as
with shipped as (
    select
        control.control_id,
        entry.key as name,
        entry.value as body
    from silver.shipped_control as control, json_each(control.body, '$.parameter') as entry
),

own as (
    select
        control.key as control_id,
        entry.key as name,
        (entry.value ->> '$')::integer as value
    from
        step.policy_in_force as policy,
        json_each(policy.body, '$.control') as control,
        json_each(control.value, '$.parameters') as entry
)

select
    shipped.control_id,
    shipped.name,
    coalesce(own.value, (shipped.body ->> '$.value')::integer) as value,
    shipped.body ->> '$.unit' as unit,
    if(own.value is null, shipped.body ->> '$.basis', 'house') as basis,
    (shipped.body ->> '$.value')::integer as shipped_value
from shipped
left join own on shipped.control_id = own.control_id and shipped.name = own.name;
