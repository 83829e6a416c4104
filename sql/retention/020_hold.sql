-- object: retention.hold
-- kind: history
-- grain: one row per legal hold and time in which it stood
-- sources: silver.act, step.account
-- clause: it stands until its matter is released for the same subject; GDPR Art 17(3)(e)
-- clause: who is no person by the policy releases nothing; placing one asks for nobody's leave
-- column act_id: the act that placed it
-- column matter: the case that it is for; null if the act names none
-- column subject: what is held: an identifier, a person as subject:PSEUDONYM, or a case as case:NAME
-- column reach: object alone, or upstream or downstream of it in the lineage as well, or both
-- column placed_by: who placed it, as the act names them
-- column reason: why
-- column released_by: who released it, as the act names them; null while it stands
-- column release_reason: why
-- column valid_from_at: when it was placed
-- column valid_to_at: when it was released; null while it stands
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists retention.hold (
    act_id varchar,
    matter varchar,
    subject varchar,
    reach varchar,
    placed_by varchar,
    reason varchar,
    released_by varchar,
    release_reason varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.retention_act as
select
    act.*,
    account.person_id is not null as is_person
from silver.act as act
left join step.account as account on act.actor_id = account.account
where act.area = 'retention' and act.ingested_at <= getvariable('known_at');

create or replace table step.hold as
with released as (
    select
        placed.act_id,
        min(act.acted_at) as released_at,
        arg_min(act.actor_id, (act.acted_at, act.act_id)) as released_by,
        arg_min(act.reason, (act.acted_at, act.act_id)) as release_reason
    from step.retention_act as placed
    inner join step.retention_act as act
        on
            placed.subject = act.subject
            and (placed.data ->> '$.matter') is not distinct from (act.data ->> '$.matter')
            and placed.acted_at <= act.acted_at
    where placed.act = 'hold_placed' and act.act = 'hold_released' and act.is_person
    group by placed.act_id
)

select
    placed.act_id,
    placed.data ->> '$.matter' as matter,
    placed.subject,
    coalesce(placed.data ->> '$.reach', 'object') as reach,
    placed.actor_id as placed_by,
    placed.reason,
    released.released_by,
    released.release_reason,
    placed.acted_at as valid_from_at,
    released.released_at as valid_to_at
from step.retention_act as placed
left join released on placed.act_id = released.act_id
where placed.act = 'hold_placed';

-- noqa: disable=layout.indent
merge into retention.hold as told
using step.hold as fact
    on
        told.known_to_at is null
        and told.act_id = fact.act_id
        and told.released_by is not distinct from fact.released_by
        and told.release_reason is not distinct from fact.release_reason
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        act_id, matter, subject, reach, placed_by, reason, released_by, release_reason,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.act_id, fact.matter, fact.subject, fact.reach, fact.placed_by, fact.reason,
        fact.released_by, fact.release_reason, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from retention.hold
where known_from_at = known_to_at;
