-- object: control.L06
-- kind: control
-- grain: one row per pair of source and day with a stated total
-- sources: step.statement, audit.activity, lineage.event
-- clause: the last total that was stated of a source and a day counts
-- clause: an event counts on the day, in UTC, on which it happened; a duplicate does not
with total as (
    select
        statement.data ->> '$.source' as source,
        try_cast(statement.data ->> '$.day_on' as date) as day_on,
        arg_max(
            (statement.data ->> '$.record_count')::bigint, (statement.acted_at, statement.act_id)
        ) as stated,
        arg_max(statement.act_id, (statement.acted_at, statement.act_id)) as act_id
    from step.statement as statement
    where statement.act = 'source_totalled'
    group by all
),

arrived as (
    select
        'openlineage' as source,
        make_timestamp(epoch_us(event.event_at))::date as day_on,
        count(*) as arrived
    from lineage.event as event
    where
        event.ingested_at <= getvariable('known_at')
        and event.source_file like 'landing/openlineage/%'
        and exists (
            select 1 from total
            where total.source = 'openlineage'
        )
    group by day_on
    union all
    select
        activity.source,
        activity.day_on,
        sum(activity.event_count)::bigint as arrived
    from audit.activity as activity
    where activity.ingested_at <= getvariable('known_at')
    group by activity.source, activity.day_on
)

select
    null as scope,
    if(total.source = 'openlineage', '', 'audit/')
    || total.source
    || '/'
    || coalesce(total.day_on::varchar, 'undated') as object_id,
    total.day_on is not null as is_tested,
    if(
        total.day_on is not null
        and abs(total.stated - coalesce(arrived.arrived, 0)) > step.number_of('L06', 'difference'),
        total.stated || ' were sent and ' || coalesce(arrived.arrived, 0) || ' arrived',
        null
    ) as finding,
    if(total.day_on is null, 'the day of a total is none', null) as missing,
    total.day_on::timestamp at time zone 'UTC' as since_at,
    [total.act_id] as evidence
from total
left join arrived on total.source = arrived.source and total.day_on = arrived.day_on;
