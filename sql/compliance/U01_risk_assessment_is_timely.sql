-- object: control.U01
-- kind: control
-- grain: one row per model with significant decisions in us-ca that serves
-- sources: step.classified_model, step.record
-- clause: processing from before 2026 has until 2027-12-31
with model as (
    select classified.*
    from step.classified_model as classified
    where
        classified.record_id is null
        or (
            list_contains(classified.jurisdictions, 'us-ca')
            and classified.is_significant is distinct from false
        )
),

assessed as (
    select
        record.model_node_id,
        max(silver.begin_of(record.body ->> '$.assessed_on')) as assessed_at,
        max(silver.begin_of(record.body ->> '$.material_change_on')) as changed_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'risk-assessment'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.record_id is not null and model.is_significant is not null as is_tested,
    case
        when model.record_id is null or model.is_significant is null then null
        when
            assessed.model_node_id is null
            and (
                model.first_deployed_at >= timestamptz '2026-01-01 00:00:00+00'
                or getvariable('as_of') >= timestamptz '2028-01-01 00:00:00+00'
            )
            then 'its risks were not assessed'
        when assessed.assessed_at + to_years(step.number_of('U01', 'years')) <= getvariable('as_of')
            then 'its risks were assessed last more than ' || step.number_of('U01', 'years') || ' years ago'
        when
            assessed.changed_at > assessed.assessed_at
            and assessed.changed_at + to_days(step.number_of('U01', 'change_days')) <= getvariable('as_of')
            then
                'it was changed and not assessed again within '
                || step.number_of('U01', 'change_days')
                || ' days'
    end as finding,
    case
        when model.record_id is null then 'nobody says where it is used'
        when model.is_significant is null then 'nobody says whether its decisions are significant'
    end as missing,
    model.first_deployed_at as since_at,
    assessed.evidence
from model
left join assessed on model.model_node_id = assessed.model_node_id;
