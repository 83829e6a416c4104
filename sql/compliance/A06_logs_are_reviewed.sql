-- object: control.A06
-- kind: control
-- grain: one row per source of audit events that is active
-- sources: audit.activity, step.statement
-- clause: active is a source with an event in the given days; a review counts that a person has stated and that names the source
with active as (
    select
        activity.source,
        min(activity.day_on) as first_on
    from audit.activity as activity
    where
        activity.ingested_at <= getvariable('known_at')
        and activity.day_on <= make_timestamp(epoch_us(getvariable('as_of')))::date
    group by activity.source
    having
        max(activity.day_on) + step.number_of('A06', 'days')
        >= make_timestamp(epoch_us(getvariable('as_of')))::date
),

reviewed as (
    select
        named.value ->> '$' as source,
        max(statement.acted_at) as reviewed_at,
        arg_max(statement.act_id, (statement.acted_at, statement.act_id)) as act_id
    from step.statement as statement, json_each(statement.data, '$.reviewed') as named
    where statement.act = 'access_reviewed' and statement.is_person
    group by named.value ->> '$'
)

select
    null as scope,
    'audit/' || active.source as object_id,
    true as is_tested,
    case
        when
            reviewed.reviewed_at is null
            and active.first_on + step.number_of('A06', 'days')
            < make_timestamp(epoch_us(getvariable('as_of')))::date
            then 'nobody has reviewed it'
        when reviewed.reviewed_at + to_days(step.number_of('A06', 'days')) <= getvariable('as_of')
            then 'it was reviewed last more than ' || step.number_of('A06', 'days') || ' days ago'
    end as finding,
    null as missing,
    reviewed.reviewed_at as since_at,
    [reviewed.act_id] as evidence
from active
left join reviewed on active.source = reviewed.source;
