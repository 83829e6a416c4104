-- object: control.G02
-- kind: control
-- grain: one row per model of which a version serves in production
-- sources: step.in_service, step.person, step.attestation, registry.model
-- clause: the owner is who the registry says, of the model before its version; that must be a person of the policy who is still there

-- noqa: disable=structure.unused_cte,layout.indent
with serving as (
    select
        service.model_node_id,
        min(service.deployed_at) as since_at,
        min(service.owner) as version_owner
    from step.in_service as service
    where service.model_node_id is not null
    group by service.model_node_id
),

owned as (
    select
        model.model_node_id,
        min_by(model.owner, model.source) as owner
    from registry.model as model
    where
        governance.stands(model.valid_from_at, model.valid_to_at, getvariable('as_of'))
        and graph.holds(model.known_from_at, model.known_to_at, getvariable('known_at'))
    group by model.model_node_id
),

judged as (
    select
        serving.model_node_id,
        serving.since_at,
        coalesce(owned.owner, serving.version_owner) as owner,
        person.person_id,
        person.is_there,
        attestation.person_id as attested_by,
        attestation.attested_at,
        attestation.act_id
    from serving
    left join owned on serving.model_node_id = owned.model_node_id
    left join step.person as person on coalesce(owned.owner, serving.version_owner) = person.account
    left join step.attestation as attestation
        on serving.model_node_id = attestation.model_node_id and attestation.control_id = 'G02'
)

select
    judged.model_node_id as scope,
    judged.model_node_id as object_id,
    judged.owner is null or exists (select 1 from step.person) as is_tested,
    case
        when judged.owner is null then 'nobody is its owner'
        when not exists (select 1 from step.person) then null
        when judged.person_id is null then 'its owner is nobody whom the policy knows'
        when not judged.is_there then 'its owner is not there any more'
        when judged.attested_by is distinct from judged.person_id
            then 'its owner has not said that they answer for it'
        when judged.attested_at + to_days(step.number_of('G02', 'days')) <= getvariable('as_of')
            then 'its owner said so last more than ' || step.number_of('G02', 'days') || ' days ago'
    end as finding,
    if(
        judged.owner is not null and not exists (select 1 from step.person),
        'the policy names no people',
        null
    ) as missing,
    judged.since_at,
    [judged.act_id] as evidence
from judged;
