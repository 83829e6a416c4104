-- object: governance.policy
-- kind: history
-- grain: one row per policy and time in which it was in force
-- sources: silver.act
-- clause: a policy is in force from the scan that found it until the one that found another
-- column policy_sha256: the SHA-256 of what it says, in its one form
-- column body: what it says, as JSON
-- column act_id: the act that tells of it
-- column told_by: who changed it, if anybody said; unknown otherwise
-- column valid_from_at: the clock of the scan that found it
-- column valid_to_at: the clock of the scan that found another; null while it is in force
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists governance.policy (
    policy_sha256 varchar,
    body json,
    act_id varchar,
    told_by varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.policy as
-- What is dated after the scan that read it was not found then.
with told as (
    select
        act.*,
        least(act.acted_at, act.ingested_at) as found_at
    from silver.act as act
    where act.act = 'policy_changed' and act.ingested_at <= getvariable('known_at')
)

select
    told.data ->> '$.policy_sha256' as policy_sha256,
    told.data -> '$.policy' as body,
    told.act_id,
    told.actor_id as told_by,
    told.found_at as valid_from_at,
    lead(told.found_at) over (order by told.found_at, told.act_id) as valid_to_at
from told;

-- noqa: disable=layout.indent
merge into governance.policy as told
using step.policy as fact
    on
        told.known_to_at is null
        and told.act_id = fact.act_id
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        policy_sha256, body, act_id, told_by, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.policy_sha256, fact.body, fact.act_id, fact.told_by, fact.valid_from_at,
        fact.valid_to_at, getvariable('known_at'), null
    );

delete from governance.policy
where known_from_at = known_to_at;
