-- object: compliance.late_arrival
-- kind: view
-- grain: one row per (what was told, day on which it happened, scan that read it later than on the day after)
-- sources: audit.activity, lineage.event, silver.act
-- clause: what arrives late was not known before: as-of answers by what had been told by then leave it out
-- limits: how long a producer held something back before it stamped it, and a clock that was set wrong
-- column source: the audit source, openlineage, or the area of an act of people
-- column day_on: the day on which it happened, in UTC
-- column ingested_at: the clock of the scan that first read it
-- column late_days: days from the one to the other
-- column event_count: how many
create or replace view compliance.late_arrival as
with told as (
    select
        activity.source,
        activity.day_on,
        activity.ingested_at,
        sum(activity.event_count)::bigint as event_count
    from audit.activity as activity
    group by all
    union all
    select
        'openlineage' as source,
        make_timestamp(epoch_us(event.event_at))::date as day_on,
        event.ingested_at,
        count(*) as event_count
    from lineage.event as event
    group by all
    union all
    select
        act.area as source,
        make_timestamp(epoch_us(act.acted_at))::date as day_on,
        act.ingested_at,
        count(*) as event_count
    from silver.act as act
    group by all
)

select
    told.source,
    told.day_on,
    told.ingested_at,
    date_diff('day', told.day_on, make_timestamp(epoch_us(told.ingested_at))::date) as late_days,
    told.event_count
from told
where date_diff('day', told.day_on, make_timestamp(epoch_us(told.ingested_at))::date) > 1;
