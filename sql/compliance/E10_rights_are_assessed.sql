-- object: control.E10
-- kind: control
-- grain: one row per model of class high with such a use that serves
-- sources: step.classified_model, step.record
-- clause: uses are public service, credit scoring, and life or health insurance
with model as (
    select
        classified.*,
        list_has_any(
            classified.uses, ['public service', 'credit scoring', 'life or health insurance']
        ) as is_such
    from step.classified_model as classified
    where
        classified.eu_class is null
        or (
            classified.eu_class = 'high'
            and (
                classified.record_id is null
                or list_has_any(
                    classified.uses, ['public service', 'credit scoring', 'life or health insurance']
                )
            )
        )
),

assessed as (
    select
        record.model_node_id,
        min(silver.begin_of(record.body ->> '$.assessed_on')) as assessed_at,
        min(silver.begin_of(record.body ->> '$.notified_on')) as notified_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'fria'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.is_such as is_tested,
    case
        when not model.is_such then null
        when assessed.model_node_id is null then 'its effects on fundamental rights were not assessed'
        when assessed.assessed_at > model.first_deployed_at then 'it was assessed after it was first deployed'
        when assessed.notified_at is null then 'the authority was not told of the assessment'
        when assessed.notified_at > model.first_deployed_at
            then 'the authority was told after it was first deployed'
    end as finding,
    if(
        model.is_such,
        null,
        if(model.eu_class is null, 'nobody says of which class it is', 'nobody says what it is used for')
    ) as missing,
    model.first_deployed_at as since_at,
    assessed.evidence
from model
left join assessed on model.model_node_id = assessed.model_node_id;
