-- object: ask.report_hold
-- kind: ask
-- grain: one row per legal hold that stands at an instant, the oldest first, $most at most
-- sources: retention.hold
-- clause: object_id: null where it is a person of whom data are kept: a report outlives an erasure
-- clause: total_count: how many stand
select
    hold.matter,
    if(starts_with(hold.subject, 'subject:'), null, hold.subject) as object_id,
    hold.reach,
    hold.placed_by,
    hold.reason,
    hold.valid_from_at,
    count(*) over () as total_count
from retention.hold as hold
where hold.known_to_at is null and governance.stands(hold.valid_from_at, hold.valid_to_at, $as_of)
order by hold.valid_from_at, hold.matter, hold.subject
limit $most;
