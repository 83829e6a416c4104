-- object: ask.report_erasure
-- kind: ask
-- grain: one row per erasure of a person that was planned, what is open first, then the newest, $most at most
-- sources: retention.erasure
-- clause: an object is open where it is not kept and nothing has ended it yet
-- clause: total_count: how many there are; open_total_count: how many of them are open
with erasure as (
    select
        erasure.erasure_id,
        min(erasure.basis) as basis,
        min(erasure.planned_at) as planned_at,
        count(distinct erasure.object_id) as object_count,
        count(distinct erasure.object_id) filter (
            where
            erasure.course != 'kept'
            and coalesce(erasure.state not in ('erased', 'left', 'confirmed'), true)
        ) as open_count
    from retention.erasure as erasure
    group by erasure.erasure_id
)

select
    erasure.*,
    count(*) over () as total_count,
    count(*) filter (where erasure.open_count > 0) over () as open_total_count
from erasure
order by erasure.open_count = 0, erasure.planned_at desc, erasure.erasure_id
limit $most;
