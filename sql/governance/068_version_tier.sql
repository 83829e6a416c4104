-- object: step.version_tier
-- kind: step
-- grain: one row per registered version whose model the policy in force puts into a tier
-- sources: registry.model_version, governance.policy
-- clause: a model is named by its identifier, or by its name where no identifier fits

-- noqa: disable=references.qualification
create or replace table step.version_tier as
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
    select
        entry.key as tier,
        coalesce((entry.value ->> '$.signed')::boolean, false) as is_signed
    from policy, json_each(policy.body, '$.tier') as entry
),

named as (
    select distinct
        version.version_node_id,
        version.model_node_id,
        version.name
    from registry.model_version as version
    where version.known_to_at is null
)

select distinct
    named.version_node_id,
    coalesce(by_id.tier, by_name.tier) as tier,
    coalesce(signed_tier.is_signed, false) as is_signed
from named
left join model_tier as by_id on named.model_node_id = by_id.model
left join model_tier as by_name on named.name = by_name.model
left join signed_tier on coalesce(by_id.tier, by_name.tier) = signed_tier.tier
where coalesce(by_id.tier, by_name.tier) is not null;
