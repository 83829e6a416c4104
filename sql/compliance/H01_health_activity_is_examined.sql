-- object: control.H01
-- kind: control
-- grain: one row per day on which a system with health data was active, and source of its log
-- sources: step.record, audit.activity, step.statement
-- clause: systems are those of records of kind expected-events whose id begins with phi
-- clause: an active day is one between the first and the last event of the source; one without events is a gap
with expected as (
    select
        record.system,
        record.body ->> '$.source' as source,
        min(record.record_id) as record_id
    from step.record as record
    where record.kind = 'expected-events' and starts_with(lower(record.name), 'phi')
    group by record.system, record.body ->> '$.source'
),

seen as (
    select
        expected.system,
        expected.source,
        expected.record_id,
        max(activity.day_on) as last_on
    from expected
    left join audit.activity as activity
        on
            expected.source = activity.source
            and activity.ingested_at <= getvariable('known_at')
            and activity.day_on <= make_timestamp(epoch_us(getvariable('as_of')))::date
    group by expected.system, expected.source, expected.record_id
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
    'audit/' || seen.source || ' of ' || seen.system as object_id,
    true as is_tested,
    case
        when seen.last_on is null then 'no log of it was ever seen'
        when
            seen.last_on + step.number_of('H01', 'days')
            < make_timestamp(epoch_us(getvariable('as_of')))::date
            then 'no log of it since ' || seen.last_on
        when reviewed.reviewed_at is null then 'nobody has reviewed it'
        when reviewed.reviewed_at + to_days(step.number_of('H01', 'days')) <= getvariable('as_of')
            then 'it was reviewed last more than ' || step.number_of('H01', 'days') || ' days ago'
    end as finding,
    null as missing,
    reviewed.reviewed_at as since_at,
    [seen.record_id, reviewed.act_id] as evidence
from seen
left join reviewed on seen.source = reviewed.source;
