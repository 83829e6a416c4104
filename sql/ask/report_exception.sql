-- object: ask.report_exception
-- kind: ask
-- grain: one row per exception, those that are due and not waived first, then the oldest, $most at most
-- sources: compliance.exception
-- clause: object_id: null where it is a person of whom data are kept, or a request of one: a report outlives an erasure
-- clause: total_count: how many there are
select
    exception.control_id,
    if(
        starts_with(exception.object_id, 'subject:') or starts_with(exception.object_id, 'request '),
        null,
        exception.object_id
    ) as object_id,
    exception.finding,
    exception.members,
    exception.age_days,
    exception.is_due,
    exception.is_waived,
    exception.waived_until_at,
    exception.owner_id,
    exception.due_at,
    count(*) over () as total_count
from compliance.exception as exception
order by
    exception.is_due desc,
    exception.is_waived,
    exception.age_days desc nulls last,
    exception.control_id,
    exception.object_id
limit $most;
