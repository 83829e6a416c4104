-- object: step.version
-- kind: step
-- grain: one row per registered version, with its model and the tier that the policy puts it into
-- sources: registry.model_version, step.policy_in_force
-- clause: of several sources that register a version the least by name speaks first
create or replace table step.version as
with tier as (
    select
        entry.key as model,
        entry.value ->> '$' as tier
    from step.policy_in_force as policy, json_each(policy.body, '$.model') as entry
),

registered as (
    select
        version.version_node_id,
        min(version.model_node_id) as model_node_id,
        min(version.name) as model,
        min(version.version) as version,
        min(version.registered_at) as registered_at,
        min_by(version.artifact_sha256, version.source) as artifact_sha256,
        min_by(version.owner, version.source) as owner,
        min_by(version.trainer, version.source) as trainer,
        min_by(version.code, version.source) as code,
        min_by(version.parameters, version.source) as parameters,
        min_by(version.openlineage_run_id, version.source) as openlineage_run_id
    from registry.model_version as version
    where
        governance.stands(version.valid_from_at, version.valid_to_at, getvariable('as_of'))
        and graph.holds(version.known_from_at, version.known_to_at, getvariable('known_at'))
    group by version.version_node_id
)

select
    registered.*,
    coalesce(by_id.tier, by_name.tier) as tier
from registered
left join tier as by_id on registered.model_node_id = by_id.model
left join tier as by_name on registered.model = by_name.model;
