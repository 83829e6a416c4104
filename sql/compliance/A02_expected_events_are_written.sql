-- object: control.A02
-- kind: control
-- grain: one row per kind of event that an active system is to write
-- sources: step.record, audit.activity
-- clause: an action is seen if any event of the source has it, whatever its outcome
with expected as (
    select
        record.record_id,
        record.system,
        record.body ->> '$.source' as source,
        unnest((record.body -> '$.actions')::varchar []) as action
    from step.record as record
    where
        record.kind = 'expected-events'
        and coalesce(silver.end_of(record.body ->> '$.retired_on') > getvariable('as_of'), true)
),

seen as (
    select
        activity.source,
        activity.action,
        max(activity.day_on) as last_on
    from audit.activity as activity
    where
        activity.ingested_at <= getvariable('known_at')
        and activity.day_on <= make_timestamp(epoch_us(getvariable('as_of')))::date
    group by activity.source, activity.action
)

select
    null as scope,
    expected.system || ' ' || expected.source || ' ' || expected.action as object_id,
    true as is_tested,
    case
        when seen.last_on is null then 'no such event was ever seen'
        when
            seen.last_on + step.number_of('A02', 'days')
            < make_timestamp(epoch_us(getvariable('as_of')))::date
            then 'no such event since ' || seen.last_on
    end as finding,
    null as missing,
    seen.last_on::timestamp at time zone 'UTC' as since_at,
    [expected.record_id] as evidence
from expected
left join seen on expected.source = seen.source and expected.action = seen.action;
