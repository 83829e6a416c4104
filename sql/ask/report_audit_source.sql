-- object: ask.report_audit_source
-- kind: ask
-- grain: one row per source of audit events, most events first, $most at most
-- sources: audit.activity
-- clause: silent_days: days between the first and the last without an event; longest_silence_days: the most of them in a row
-- clause: since_days: days from the last event to the instant
-- clause: median_late_days, most_late_days: from the day of an event to the scan that first read it
-- clause: lacking_count: events that do not say who, what, when, where or with what outcome
-- clause: total_count: how many sources there are

-- noqa: disable=references.qualification
with day as (
    select
        activity.source,
        activity.day_on,
        sum(activity.event_count)::bigint as event_count
    from audit.activity as activity
    group by activity.source, activity.day_on
),

gap as (
    select
        day.source,
        day.day_on,
        date_diff('day', lag(day.day_on) over (partition by day.source order by day.day_on), day.day_on)
        - 1 as silent_days
    from day
    where day.day_on is not null
),

silence as (
    select
        gap.source,
        min(gap.day_on) as first_on,
        max(gap.day_on) as last_on,
        coalesce(sum(gap.silent_days), 0)::bigint as silent_days,
        coalesce(max(gap.silent_days), 0) as longest_silence_days
    from gap
    group by gap.source
),

late as (
    select
        activity.source,
        date_diff('day', activity.day_on, (activity.ingested_at at time zone 'UTC')::date) as late_days,
        sum(activity.event_count) as event_count
    from audit.activity as activity
    where activity.day_on is not null
    group by all
),

placed as (
    select
        late.source,
        late.late_days,
        sum(late.event_count) over (partition by late.source order by late.late_days) as up_to_count,
        sum(late.event_count) over (partition by late.source) as all_count
    from late
),

lateness as (
    select
        placed.source,
        min(placed.late_days) filter (where placed.up_to_count * 2 >= placed.all_count) as median_late_days,
        max(placed.late_days) as most_late_days
    from placed
    group by placed.source
),

counted as (
    select
        activity.source,
        sum(activity.event_count)::bigint as event_count,
        coalesce(sum(activity.event_count) filter (where activity.lacks != 0), 0)::bigint as lacking_count,
        coalesce(sum(activity.event_count) filter (where activity.day_on is null), 0)::bigint as undated_count
    from audit.activity as activity
    group by activity.source
)

select
    counted.source,
    counted.event_count,
    counted.lacking_count,
    counted.undated_count,
    silence.first_on,
    silence.last_on,
    silence.silent_days,
    silence.longest_silence_days,
    date_diff('day', silence.last_on, ($as_of::timestamptz at time zone 'UTC')::date) as since_days,
    lateness.median_late_days,
    lateness.most_late_days,
    count(*) over () as total_count
from counted
left join silence on counted.source = silence.source
left join lateness on counted.source = lateness.source
order by counted.event_count desc, counted.source
limit $most;
