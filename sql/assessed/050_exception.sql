-- object: compliance.exception
-- kind: facts
-- grain: one row per (control, member of its population that is an exception), at the state that is published
-- sources: step.exception
-- column control_id: the control
-- column scope: organisation, or the model that it is about
-- column object_id: the member
-- column finding: why it is an exception
-- column members: how many it stands for
-- column since_at: since when it is so; null if nobody says
-- column age_days: days since then, at the state
-- column is_due: whether it counts already; else its control does not hold yet
-- column is_waived: whether somebody accepts it for now
-- column waived_by: who
-- column waiver_reason: why
-- column waived_until_at: until when; it may have passed
-- column owner_id: who is to put it right
-- column due_at: until when
-- column evidence: what the finding rests on
-- column as_of_at: the instant that it was judged at
create table if not exists compliance.exception (
    control_id varchar,
    scope varchar,
    object_id varchar,
    finding varchar,
    members bigint,
    since_at timestamptz,
    age_days bigint,
    is_due boolean,
    is_waived boolean,
    waived_by varchar,
    waiver_reason varchar,
    waived_until_at timestamptz,
    owner_id varchar,
    due_at timestamptz,
    evidence varchar [],
    as_of_at timestamptz
);

delete from compliance.exception;

insert into compliance.exception by name
select exception.* exclude (place)
from step.exception as exception
order by exception.place, exception.control_id, exception.object_id;
