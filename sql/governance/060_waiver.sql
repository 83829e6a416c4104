-- object: governance.waiver
-- kind: history
-- grain: one row per waiver of a gate for a version, and time in which it stood
-- sources: step.leave
-- clause: it stands until it expires or is taken back by who granted it; whether it counts depends on the policy: see governance.waiver_at
-- clause: a waiver without an end that can be read has ended; it is taken back with whatever who granted it takes back of the version
-- column act_id: the act
-- column version_node_id: which version
-- column gate: which gate need not hold
-- column actor_id: who granted it, as the act names them
-- column person_id: who that is; the account itself where no policy says
-- column is_person: whether a policy says who that is
-- column reason: why
-- column ticket: the ticket that it belongs to
-- column submission: the digest of what was submitted, if the act says
-- column ended_by: expired or withdrawn
-- column valid_from_at: when it was granted
-- column valid_to_at: when it ended or will end
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists governance.waiver (
    act_id varchar,
    version_node_id varchar,
    gate varchar,
    actor_id varchar,
    person_id varchar,
    is_person boolean,
    reason varchar,
    ticket varchar,
    submission varchar,
    ended_by varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.waiver as
select
    leave.act_id,
    leave.version_node_id,
    leave.data ->> '$.gate' as gate,
    leave.actor_id,
    leave.person_id,
    leave.is_person,
    leave.reason,
    leave.ticket,
    leave.submission,
    leave.ended_by,
    leave.valid_from_at,
    leave.valid_to_at
from step.leave as leave
where leave.act = 'waived';

-- noqa: disable=layout.indent
merge into governance.waiver as told
using step.waiver as fact
    on
        told.known_to_at is null
        and told.act_id = fact.act_id
        and told.person_id is not distinct from fact.person_id
        and told.is_person = fact.is_person
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        act_id, version_node_id, gate, actor_id, person_id, is_person, reason,
        ticket, submission, ended_by, valid_from_at, valid_to_at, known_from_at,
        known_to_at
    ) values (
        fact.act_id, fact.version_node_id, fact.gate, fact.actor_id, fact.person_id,
        fact.is_person, fact.reason, fact.ticket, fact.submission, fact.ended_by,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from governance.waiver
where known_from_at = known_to_at;
