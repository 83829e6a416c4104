-- object: control.U04
-- kind: control
-- grain: one row per model with the use employment in us-ny-nyc that serves
-- sources: step.classified_model, step.record, step.calendar
-- clause: an auditor of whom nobody says that they are independent is not
with model as (
    select
        classified.*,
        list_contains(classified.uses, 'employment')
        and list_contains(classified.jurisdictions, 'us-ny-nyc') as is_such
    from step.classified_model as classified
    where
        classified.record_id is null
        or (
            list_contains(classified.uses, 'employment')
            and list_contains(classified.jurisdictions, 'us-ny-nyc')
        )
),

audited as (
    select
        record.model_node_id,
        max(silver.begin_of(record.body ->> '$.audited_on')) as audited_at,
        arg_max(
            (record.body ->> '$.is_independent')::boolean,
            (silver.begin_of(record.body ->> '$.audited_on'), record.record_id)
        ) as is_independent,
        list(record.record_id) as evidence
    from step.record as record
    where record.kind = 'bias-audit'
    group by record.model_node_id
),

noticed as (
    select
        record.model_node_id,
        bool_or(
            silver.business_days_after(
                silver.begin_of(record.body ->> '$.given_on'),
                step.number_of('U04', 'business_days'),
                calendar.holidays
            ) > silver.begin_of(record.body ->> '$.used_on')
        ) as is_any_late,
        list(record.record_id) as evidence
    from step.record as record
    cross join step.calendar as calendar
    where record.kind = 'candidate-notice'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.is_such as is_tested,
    case
        when not model.is_such then null
        when audited.model_node_id is null then 'it was not audited for bias'
        when audited.is_independent is not true then 'nobody says that its auditor is independent'
        when audited.audited_at + to_years(step.number_of('U04', 'years')) <= getvariable('as_of')
            then 'it was audited last more than ' || step.number_of('U04', 'years') || ' years ago'
        when noticed.model_node_id is null then 'nobody says that candidates were told'
        when noticed.is_any_late
            then
                'candidates were told less than '
                || step.number_of('U04', 'business_days')
                || ' business days before'
    end as finding,
    if(model.is_such, null, 'nobody says what it is used for') as missing,
    model.first_deployed_at as since_at,
    list_sort(list_concat(coalesce(audited.evidence, []), coalesce(noticed.evidence, []))) as evidence
from model
left join audited on model.model_node_id = audited.model_node_id
left join noticed on model.model_node_id = noticed.model_node_id;
