-- object: control.E06
-- kind: control
-- grain: one row per model of class high that serves
-- sources: step.classified_model, step.record, step.person
-- clause: the overseer is a person of the policy who is still there
with model as (
    select classified.*
    from step.classified_model as classified
    where classified.eu_class = 'high' or classified.eu_class is null
),

overseen as (
    select
        record.model_node_id,
        count(person.person_id) filter (where person.is_there) as overseer_count,
        max(silver.begin_of(record.body ->> '$.trained_on')) filter (where person.is_there) as trained_at,
        bool_or((record.body ->> '$.can_stop')::boolean) filter (where person.is_there) as can_stop,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    left join step.person as person on record.body ->> '$.overseer' = person.account
    where record.kind = 'oversight'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.eu_class is not null as is_tested,
    case
        when model.eu_class is null then null
        when overseen.model_node_id is null then 'nobody oversees it'
        when
            overseen.overseer_count = 0
            then 'its overseer is nobody whom the policy knows, or is not there any more'
        when overseen.trained_at is null then 'nobody says when its overseer was trained'
        when overseen.trained_at + to_days(step.number_of('E06', 'days')) <= getvariable('as_of')
            then 'its overseer was trained last more than ' || step.number_of('E06', 'days') || ' days ago'
        when overseen.can_stop is not true then 'its overseer cannot stop it, or nobody says so'
    end as finding,
    if(model.eu_class is null, 'nobody says of which class it is', null) as missing,
    model.first_deployed_at as since_at,
    overseen.evidence
from model
left join overseen on model.model_node_id = overseen.model_node_id;
