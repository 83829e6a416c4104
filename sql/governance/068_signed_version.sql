-- object: step.signed_version
-- kind: step
-- grain: one row per registered version whose tier, by the policy in force, asks for signatures
-- sources: registry.model_version, governance.policy
-- clause: a model is named by its identifier, or by its name where no identifier fits

-- noqa: disable=references.qualification
create or replace table step.signed_version as
with policy as (
    select policy.body
    from governance.policy as policy
    where policy.valid_to_at is null and policy.known_to_at is null
),

model_tier as (
    select
        entry.key as model,
        entry.value ->> '$' as tier
    from policy, json_each(policy.body, '$.model') as entry
),

signed_tier as (
    select entry.key as tier
    from policy, json_each(policy.body, '$.tier') as entry
    where (entry.value ->> '$.signed')::boolean
)

select distinct version.version_node_id
from registry.model_version as version
left join model_tier as by_id on version.model_node_id = by_id.model
left join model_tier as by_name on version.name = by_name.model
inner join signed_tier on coalesce(by_id.tier, by_name.tier) = signed_tier.tier
where version.known_to_at is null;
