-- object: step.asked_stage
-- kind: step
-- grain: one row per (tier, stage of approval that it asks for), with who may approve there
-- sources: step.policy_in_force
create or replace table step.asked_stage as
with tier as (
    select
        entry.key as tier,
        unnest((entry.value -> '$.stages')::varchar []) as stage,
        coalesce((entry.value ->> '$.approval_days')::integer, 365) as approval_days,
        coalesce((entry.value ->> '$.signed')::boolean, false) as is_signed
    from step.policy_in_force as policy, json_each(policy.body, '$.tier') as entry
),

entitled as (
    select
        entry.key as stage,
        entry.value::varchar [] as people
    from step.policy_in_force as policy, json_each(policy.body, '$.stage') as entry
)

select
    tier.tier,
    tier.stage,
    tier.approval_days,
    tier.is_signed,
    coalesce(entitled.people, []) as people
from tier
left join entitled on tier.stage = entitled.stage;
