-- object: ask.report_audit_day
-- kind: ask
-- grain: one row per (source of $sources, day in UTC) with audit events, the last $days days up to an instant
-- sources: audit.activity
select
    activity.source,
    activity.day_on,
    sum(activity.event_count)::bigint as event_count
from audit.activity as activity
where
    list_contains($sources::varchar [], activity.source)
    and activity.day_on <= ($as_of::timestamptz at time zone 'UTC')::date
    and activity.day_on > ($as_of::timestamptz at time zone 'UTC')::date - $days::integer
group by all
order by all;
