-- object: ask.report_model
-- kind: ask
-- grain: one row per model that a registry lists at an instant, what fails and what serves first
-- sources: registry.model, registry.model_version, registry.lifecycle, registry.serving, governance.policy, compliance.control_status
-- clause: tier: that which the policy puts the model into; null if none
-- clause: claimed_tier: that which a registry claims; null if none does
-- clause: owner: as the registry names one of the model, else of its newest version; null if nobody
-- clause: state: that of its version that is furthest: monitoring, production, staging, development, retired; null if none is registered
-- clause: fail_count: controls of which a member that belongs to the model is an exception, as published
with tier as (
    select
        entry.key as model,
        entry.value ->> '$' as tier
    from governance.policy as policy, json_each(policy.body, '$.model') as entry
    where policy.valid_to_at is null and policy.known_to_at is null
),

version as (
    select
        version.version_node_id,
        min(version.model_node_id) as model_node_id,
        min(version.name) as name,
        max(version.registered_at) as registered_at,
        min_by(version.owner, version.source) as owner
    from registry.model_version as version
    where
        version.known_to_at is null
        and governance.stands(version.valid_from_at, version.valid_to_at, $as_of)
    group by version.version_node_id
),

life as (
    select
        lifecycle.version_node_id,
        max(
            list_position(
                ['retired', 'development', 'staging', 'production', 'monitoring'], lifecycle.stage
            )
        ) as place
    from registry.lifecycle as lifecycle
    where
        lifecycle.known_to_at is null
        and governance.stands(lifecycle.valid_from_at, lifecycle.valid_to_at, $as_of)
    group by lifecycle.version_node_id
),

serving as (
    select
        serving.version_node_id,
        count(distinct serving.deployment_node_id) as deployment_count
    from registry.serving as serving
    where
        serving.known_to_at is null
        and governance.stands(serving.valid_from_at, serving.valid_to_at, $as_of)
    group by serving.version_node_id
),

versioned as (
    select
        version.model_node_id,
        min(version.name) as name,
        arg_max(version.owner, (version.registered_at, version.version_node_id)) as owner,
        count(*) as version_count,
        max(life.place) as place,
        coalesce(sum(serving.deployment_count), 0)::bigint as deployment_count
    from version
    left join life on version.version_node_id = life.version_node_id
    left join serving on version.version_node_id = serving.version_node_id
    group by version.model_node_id
),

listed as (
    select
        model.model_node_id,
        min(model.name) as name,
        min_by(model.owner, model.source) as owner,
        min_by(model.risk_tier, model.source) as claimed_tier
    from registry.model as model
    where
        model.known_to_at is null
        and governance.stands(model.valid_from_at, model.valid_to_at, $as_of)
    group by model.model_node_id
),

model as (
    select
        coalesce(listed.model_node_id, versioned.model_node_id) as model_node_id,
        coalesce(listed.name, versioned.name) as name,
        coalesce(listed.owner, versioned.owner) as owner,
        listed.claimed_tier,
        coalesce(versioned.version_count, 0) as version_count,
        coalesce(versioned.deployment_count, 0) as deployment_count,
        versioned.place
    from listed
    full join versioned on listed.model_node_id = versioned.model_node_id
),

failed as (
    select
        status.scope,
        count(*) as fail_count
    from compliance.control_status as status
    where status.status = 'FAIL'
    group by status.scope
)

select
    model.model_node_id,
    model.name,
    model.owner,
    model.claimed_tier,
    model.version_count,
    model.deployment_count,
    coalesce(by_id.tier, by_name.tier) as tier,
    ['retired', 'development', 'staging', 'production', 'monitoring'][model.place] as state,
    coalesce(failed.fail_count, 0) as fail_count
from model
left join tier as by_id on model.model_node_id = by_id.model
left join tier as by_name on model.name = by_name.model
left join failed on model.model_node_id = failed.scope
order by fail_count desc, model.deployment_count desc, model.place desc nulls last, model.model_node_id;
