-- object: ask.standing_hold
-- kind: ask
-- grain: one row per hold of a matter that stands on a subject at an instant
-- sources: retention.hold
select
    hold.act_id,
    hold.placed_by
from retention.hold as hold
where
    hold.subject = $subject
    and hold.matter is not distinct from $matter
    and hold.known_to_at is null
    and governance.stands(hold.valid_from_at, hold.valid_to_at, $as_of)
order by hold.valid_from_at, hold.act_id;
