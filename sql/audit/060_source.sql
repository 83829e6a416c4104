-- object: audit.source
-- kind: view
-- grain: one row per source of audit events
-- sources: silver.audit_activity, audit.duplicate
-- clause: event_count is the number of its rows in audit.event
-- column source: the format of its records, or the name of the generic source
-- column event_count: its events, each counted once
-- column duplicate_count: occurrences of events that were known already
-- column interim_count: notes of requests that were not answered yet; they stay in the lake
-- column first_event_at: when its earliest event happened
-- column last_event_at: when its latest event happened
-- column last_ingested_at: the clock of the last scan that read any of its records
create or replace view audit.source as
with repeated as (
    select
        duplicate.source,
        count(*) as duplicate_count,
        count(*) filter (where duplicate.is_interim) as interim_count
    from audit.duplicate as duplicate
    group by duplicate.source
),

counted as (
    select
        activity.source,
        sum(activity.occurrence_count)::bigint as occurrence_count,
        coalesce(
            sum(activity.occurrence_count) filter (where activity.is_interim), 0
        )::bigint as interim_count,
        min(activity.first_event_at) filter (where not activity.is_interim) as first_event_at,
        max(activity.last_event_at) filter (where not activity.is_interim) as last_event_at,
        max(activity.ingested_at) as last_ingested_at
    from silver.audit_activity as activity
    group by activity.source
)

select
    counted.source,
    counted.occurrence_count - counted.interim_count
    - coalesce(repeated.duplicate_count - repeated.interim_count, 0) as event_count,
    coalesce(repeated.duplicate_count, 0) as duplicate_count,
    counted.interim_count - coalesce(repeated.interim_count, 0) as interim_count,
    counted.first_event_at,
    counted.last_event_at,
    counted.last_ingested_at
from counted
left join repeated on counted.source is not distinct from repeated.source;
