-- object: control.G05
-- kind: control
-- grain: one row per version that serves in production and was approved
-- sources: step.in_service, step.approved, step.asked_stage
-- clause: what was approved is the artifact of the submission, else of the registry; what serves is what the platform says, else the registry
-- clause: platforms tell an artifact by its digest, or not at all
with approved as (
    select
        approved.version_node_id,
        arg_max(approved.artifact_sha256, (approved.valid_from_at, approved.act_id)) as artifact_sha256,
        bool_or(coalesce(approved.signature, 'absent') != 'valid') as is_any_unsigned,
        list_sort(list(approved.act_id)) as evidence
    from step.approved as approved
    group by approved.version_node_id
),

signed as (
    select distinct stage.tier
    from step.asked_stage as stage
    where stage.is_signed
)

select
    service.model_node_id as scope,
    service.version_node_id || ' at ' || service.deployment_node_id as object_id,
    coalesce(approved.artifact_sha256, service.artifact_sha256) is not null
    and (coalesce(len(service.artifacts), 0) > 0 or service.artifact_sha256 is not null) as is_tested,
    case
        when
            len(service.artifacts) > 0
            and not list_contains(
                service.artifacts, coalesce(approved.artifact_sha256, service.artifact_sha256)
            )
            then 'another artifact serves than was approved'
        when
            coalesce(len(service.artifacts), 0) = 0
            and approved.artifact_sha256 != service.artifact_sha256
            then 'another artifact is registered now than was approved'
        when signed.tier is not null and approved.is_any_unsigned
            then 'its tier asks for signatures, and an approval has no valid one'
    end as finding,
    if(
        coalesce(approved.artifact_sha256, service.artifact_sha256) is null,
        'nobody says which artifact was approved',
        if(
            coalesce(len(service.artifacts), 0) = 0 and service.artifact_sha256 is null,
            'nobody says which artifact serves',
            null
        )
    ) as missing,
    service.deployed_at as since_at,
    approved.evidence
from step.in_service as service
inner join approved on service.version_node_id = approved.version_node_id
left join signed on service.tier = signed.tier;
