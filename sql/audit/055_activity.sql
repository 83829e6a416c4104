-- object: audit.activity
-- kind: view
-- grain: one row per (source, action, day, what its records lack, scan): how many audit events there are
-- sources: silver.audit_activity, audit.duplicate
-- clause: counts what audit.event shows: neither duplicates nor notes of requests that were not answered yet
-- column source: the format of the record, or the name of the generic source
-- column action: what was done, in the source's own word; null if it does not say
-- column day_on: the day, in UTC, on which it happened; null if it does not say
-- column lacks: what the records do not say: 1 what was done, 2 when, 4 where, 8 with what outcome, 16 by whom, added up
-- column ingested_at: the clock of the scan that first read them
-- column event_count: how many events
create or replace view audit.activity as
with repeated as (
    select
        duplicate.source,
        duplicate.action,
        duplicate.day_on,
        duplicate.lacks,
        duplicate.ingested_at,
        count(*) as duplicate_count
    from audit.duplicate as duplicate
    where duplicate.is_interim is not true
    group by all
),

-- Scans of one clock may have come in one after the other.
counted as (
    select
        activity.source,
        activity.action,
        activity.day_on,
        activity.lacks,
        activity.ingested_at,
        sum(activity.occurrence_count)::bigint as occurrence_count
    from silver.audit_activity as activity
    where not activity.is_interim
    group by all
)

select
    counted.source,
    counted.action,
    counted.day_on,
    counted.lacks,
    counted.ingested_at,
    counted.occurrence_count - coalesce(repeated.duplicate_count, 0) as event_count
from counted
left join repeated
    on
        counted.source is not distinct from repeated.source
        and counted.action is not distinct from repeated.action
        and counted.day_on is not distinct from repeated.day_on
        and counted.lacks = repeated.lacks
        and counted.ingested_at = repeated.ingested_at
where counted.occurrence_count > coalesce(repeated.duplicate_count, 0);
