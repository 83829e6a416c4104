-- object: ask.held_of
-- kind: ask
-- grain: one row per object that a hold on a subject keeps at an instant
-- sources: retention.held_at, retention.hold

-- noqa: disable=references.qualification
select distinct held_at.object_id
from retention.held_at($as_of) as held_at
inner join retention.hold as hold on held_at.hold_id = hold.act_id
where hold.subject = $subject and hold.known_to_at is null
order by held_at.object_id;
