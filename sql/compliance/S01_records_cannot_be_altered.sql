-- object: control.S01
-- kind: control
-- grain: one row per model with the use broker-dealer records that serves
-- sources: step.classified_model, step.record
-- clause: a proof covers a model, by its name or identifier, or everything (*)
with model as (
    select classified.*
    from step.classified_model as classified
    where list_contains(classified.uses, 'broker-dealer records') or classified.record_id is null
),

proven as (
    select
        model.model_node_id,
        max(silver.begin_of(record.body ->> '$.verified_on')) as verified_at,
        list_sort(list(record.record_id)) as evidence
    from model
    inner join step.record as record
        on
            record.kind = 'worm-proof'
            and record.body ->> '$.covers' in (model.model, model.model_node_id, '*')
    group by model.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.record_id is not null as is_tested,
    case
        when model.record_id is null then null
        when proven.model_node_id is null then 'nothing proves that its records cannot be altered'
        when proven.verified_at + to_days(step.number_of('S01', 'days')) <= getvariable('as_of')
            then 'the proof was verified last more than ' || step.number_of('S01', 'days') || ' days ago'
        when proven.verified_at is null then 'nobody says when the proof was verified'
    end as finding,
    if(model.record_id is null, 'nobody says what it is used for', null) as missing,
    model.first_deployed_at as since_at,
    proven.evidence
from model
left join proven on model.model_node_id = proven.model_node_id;
