-- object: ask.held_people
-- kind: ask
-- grain: one row per person and legal hold that stands on them at an instant
-- sources: retention.hold
select
    substr(hold.subject, 9) as person,
    hold.reason
from retention.hold as hold
where
    starts_with(hold.subject, 'subject:')
    and hold.known_to_at is null
    and governance.stands(hold.valid_from_at, hold.valid_to_at, $as_of)
order by hold.act_id;
