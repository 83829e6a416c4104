-- object: ask.report_retention
-- kind: ask
-- grain: one row per (verdict, class, action, month in UTC by which it is to go): how many objects are kept at an instant
-- sources: retention.resolution_at
-- clause: class: null where nobody says what it is
-- clause: month_on: null where no rule says by when it is to go
-- clause: total_bytes: of those of which it is told; null if of none
select
    resolution.verdict,
    resolution.class,
    if(resolution.goes_at is null, null, resolution.action) as action,
    date_trunc('month', resolution.goes_at at time zone 'UTC')::date as month_on,
    count(*) as object_count,
    sum(resolution.total_bytes)::bigint as total_bytes,
    count(resolution.total_bytes) as sized_count
from retention.resolution_at($as_of) as resolution
group by all
order by all;
