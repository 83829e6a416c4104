-- object: control.G10
-- kind: control
-- grain: one row per version that serves in production
-- sources: step.in_service, step.record, step.person
-- clause: a validation of the model is one of each of its versions; of a version of that alone
-- clause: SR 26-2 asks for no yearly validation: the days are the house's
with version as (
    select
        service.version_node_id,
        min(service.model_node_id) as scope,
        min(service.version) as version,
        min(service.deployed_at) as since_at,
        min(coalesce(trainer.person_id, service.trainer)) as trainer_id,
        lower(min(service.tier)) as tier
    from step.in_service as service
    left join step.person as trainer on service.trainer = trainer.account
    group by service.version_node_id
),

validated as (
    select
        version.version_node_id,
        count(*) filter (
            where coalesce(person.person_id, record.body ->> '$.validator') = version.trainer_id
        ) as own_count,
        max(silver.begin_of(record.body ->> '$.validated_on')) filter (
            where coalesce(
                person.person_id, record.body ->> '$.validator'
            ) is distinct from version.trainer_id
        ) as validated_at,
        arg_max(
            record.body ->> '$.outcome', (silver.begin_of(record.body ->> '$.validated_on'), record.record_id)
        ) filter (
            where coalesce(
                person.person_id, record.body ->> '$.validator'
            ) is distinct from version.trainer_id
        ) as outcome,
        list_sort(list(record.record_id)) as evidence
    from version
    inner join step.record as record
        on
            record.kind = 'validation'
            and version.scope = record.model_node_id
            and (record.version is null or version.version = record.version)
    left join step.person as person on record.body ->> '$.validator' = person.account
    group by version.version_node_id
),

dated as (
    select
        version.*,
        validated.own_count,
        validated.validated_at,
        validated.outcome,
        validated.evidence,
        step.number_of('G10', version.tier || '_days') as days
    from version
    left join validated on version.version_node_id = validated.version_node_id
)

select
    dated.scope,
    dated.version_node_id as object_id,
    dated.days is not null as is_tested,
    case
        when dated.days is null then null
        when dated.validated_at is null and dated.own_count > 0
            then 'it was validated by who trained it alone'
        when dated.validated_at is null then 'it was not validated'
        when dated.outcome = 'rejected' then 'its last validation rejected it'
        when dated.validated_at + to_days(dated.days) <= getvariable('as_of')
            then 'it was validated last more than ' || dated.days || ' days ago'
    end as finding,
    if(dated.days is null, 'its model is in no tier low, medium or high', null) as missing,
    dated.since_at,
    dated.evidence
from dated;
