-- object: step.in_service
-- kind: step
-- grain: one row per (version, deployment that it serves at in production)
-- sources: registry.serving, registry.deployment, step.version, step.policy_in_force
-- clause: where the policy puts the environment that a platform names under the profile reviewed or unregulated, that is no production
-- clause: without [environment] in the policy those are staging and development

-- noqa: disable=references.qualification
create or replace table step.in_service as
with elsewhere as (
    select entry.key as environment
    from
        step.policy_in_force as policy,
        json_each(
            coalesce(
                policy.body -> '$.environment',
                '{"staging": {"profile": "reviewed"}, "development": {"profile": "unregulated"}}'
            )
        ) as entry
    where entry.value ->> '$.profile' in ('reviewed', 'unregulated')
),

serving as (
    select
        serving.version_node_id,
        serving.deployment_node_id,
        serving.valid_from_at as deployed_at
    from registry.serving as serving
    where
        serving.version_node_id is not null
        and governance.stands(serving.valid_from_at, serving.valid_to_at, getvariable('as_of'))
        and graph.holds(serving.known_from_at, serving.known_to_at, getvariable('known_at'))
),

claimed as (
    select
        serving.version_node_id,
        serving.deployment_node_id,
        min(claim.environment) as environment,
        bool_and(claim.environment in (select elsewhere.environment from elsewhere)) as is_elsewhere,
        list_sort(list(distinct claim.artifact_sha256)) as artifacts,
        list_sort(list(distinct claim.deployed_by)) as deployers
    from serving
    inner join registry.deployment as claim
        on
            serving.deployment_node_id = claim.deployment_node_id
            and serving.version_node_id = claim.version_node_id
    where
        governance.stands(claim.valid_from_at, claim.valid_to_at, getvariable('as_of'))
        and graph.holds(claim.known_from_at, claim.known_to_at, getvariable('known_at'))
    group by serving.version_node_id, serving.deployment_node_id
)

select
    serving.version_node_id,
    serving.deployment_node_id,
    serving.deployed_at,
    claimed.environment,
    list_filter(claimed.artifacts, lambda one: one is not null) as artifacts,
    list_filter(claimed.deployers, lambda one: one is not null) as deployers,
    version.model_node_id,
    version.model,
    version.version,
    version.tier,
    version.artifact_sha256,
    version.owner,
    version.trainer,
    version.registered_at
from serving
left join claimed
    on
        serving.version_node_id = claimed.version_node_id
        and serving.deployment_node_id = claimed.deployment_node_id
left join step.version as version on serving.version_node_id = version.version_node_id
where not coalesce(claimed.is_elsewhere, false);
