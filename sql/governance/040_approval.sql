-- object: governance.approval
-- kind: history
-- grain: one row per approval or rejection of a submission at one stage, and time in which it stood
-- sources: step.act, step.account, step.act_signature, step.personal_act, step.trusted_decision
-- clause: it stands until it expires, is taken back, is said otherwise by the same person, or one of its conditions is overdue
-- clause: an approval with an end that cannot be read has ended
-- clause: a condition is met by an act that names no other submission
-- clause: what is signed is ended by an act that its person has signed alone
-- clause: its owner, or who set it, says that a condition is met; of a signed approval under a signature of their own
-- clause: whether it counts depends on the policy and on what is registered: see governance.approval_at
-- column act_id: the act, or the event of the ticket system
-- column version_node_id: which version
-- column submission: the digest of what was submitted; null if the act does not say
-- column stage: at which stage
-- column decision: approved or rejected
-- column actor_id: who decided, as the act names them
-- column person_id: who that is; the account itself where no policy says
-- column is_person: whether a policy says who that is
-- column reason: why
-- column ticket: the ticket that it belongs to
-- column conditions: what it depends on, as JSON: id, text, owner, due_on
-- column condition_count: how many
-- column signature: valid, invalid, unverifiable or absent
-- column signed_with: the public key of the signature
-- column expires_at: the end that it names itself
-- column source: governance, or the ticket system
-- column ended_by: expired, withdrawn, decided again or condition overdue; null if no end is known
-- column valid_from_at: when it was decided
-- column valid_to_at: when it ended or will end; null if no end is known
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists governance.approval (
    act_id varchar,
    version_node_id varchar,
    submission varchar,
    stage varchar,
    decision varchar,
    actor_id varchar,
    person_id varchar,
    is_person boolean,
    reason varchar,
    ticket varchar,
    conditions json,
    condition_count bigint,
    signature varchar,
    signed_with varchar,
    expires_at timestamptz,
    source varchar,
    ended_by varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- noqa: disable=references.qualification,structure.join_condition_order
create or replace table step.approval as
with decided as (
    select
        act.act_id,
        act.subject as version_node_id,
        act.submission,
        act.stage,
        act.act as decision,
        act.actor_id,
        act.person_id,
        act.is_person,
        act.reason,
        act.ticket,
        act.data -> '$.conditions' as conditions,
        act.expires_at,
        if(
            act.data ->> '$.expires_on' is null, null, coalesce(act.expires_at, act.acted_at)
        ) as expired_at,
        'governance' as source,
        act.acted_at,
        null::timestamptz as decided_again_at,
        null as decided_again_by
    from step.act as act
    where act.act in ('approved', 'rejected')
    union all by name
    select
        trusted.* exclude (ended_at, ended_by),
        trusted.ended_at as decided_again_at,
        trusted.ended_by as decided_again_by
    from step.trusted_decision as trusted
),

-- Said again by the same person at the same stage of the same version, or taken back.
ended as (
    select
        decided.act_id,
        min(act.acted_at) as ended_at,
        -- At one instant taking back comes after saying otherwise.
        arg_min(
            if(act.act = 'withdrawn', 'withdrawn', 'decided again'),
            (act.acted_at, act.act = 'withdrawn')
        ) as ended_by
    from decided
    inner join step.act as act
        on
            decided.version_node_id = act.subject
            and decided.person_id = act.person_id
            and (
                (
                    act.act = 'withdrawn'
                    and act.acted_at >= decided.acted_at
                    and act.submission is not distinct from decided.submission
                )
                or (
                    act.act in ('approved', 'rejected')
                    and act.stage = decided.stage
                    and (act.acted_at, act.act_id) > (decided.acted_at, decided.act_id)
                )
            )
    left join step.act_signature as own on decided.act_id = own.act_id
    where
        own.status is distinct from 'valid'
        or act.act_id in (select personal_act.act_id from step.personal_act as personal_act)
    group by decided.act_id
),

condition as (
    select
        decided.act_id,
        entry.value ->> '$.id' as condition_id,
        silver.end_of(entry.value ->> '$.due_on') as due_at,
        coalesce(account.person_id, entry.value ->> '$.owner') as owner_id
    from decided, json_each(decided.conditions) as entry
    left join step.account as account on entry.value ->> '$.owner' = account.account
),

-- What was approved under a signature is met under one.
met as (
    select
        condition.act_id,
        condition.condition_id,
        min(act.acted_at) as met_at
    from condition
    inner join decided on condition.act_id = decided.act_id
    inner join step.act as act
        on
            decided.version_node_id = act.subject
            and condition.condition_id = act.data ->> '$.condition'
            and decided.submission is not distinct from coalesce(act.submission, decided.submission)
            and act.person_id in (condition.owner_id, decided.person_id)
    left join step.act_signature as signature on act.act_id = signature.act_id
    left join step.act_signature as own on decided.act_id = own.act_id
    where
        act.act = 'condition_met'
        and act.acted_at >= decided.acted_at
        and if(
            own.act_id is null and signature.act_id is null,
            true,
            act.act_id in (select personal_act.act_id from step.personal_act as personal_act)
        )
    group by all
),

-- A condition whose day cannot be read is due at once.
overdue as (
    select
        condition.act_id,
        count(*) as condition_count,
        min(coalesce(condition.due_at, decided.acted_at)) filter (
            where met.met_at is null or met.met_at >= coalesce(condition.due_at, decided.acted_at)
        ) as overdue_at
    from condition
    inner join decided on condition.act_id = decided.act_id
    left join met
        on
            condition.act_id = met.act_id
            and condition.condition_id is not distinct from met.condition_id
    group by condition.act_id
)

select
    decided.* exclude (acted_at, expired_at, decided_again_at, decided_again_by),
    coalesce(overdue.condition_count, 0) as condition_count,
    coalesce(signature.status, 'absent') as signature,
    signature.public_key as signed_with,
    case least(ended.ended_at, decided.decided_again_at, overdue.overdue_at, decided.expired_at)
        when ended.ended_at then ended.ended_by
        when decided.decided_again_at then decided.decided_again_by
        when decided.expired_at then 'expired'
        when overdue.overdue_at then 'condition overdue'
    end as ended_by,
    decided.acted_at as valid_from_at,
    least(ended.ended_at, decided.decided_again_at, overdue.overdue_at, decided.expired_at)
        as valid_to_at
from decided
left join ended on decided.act_id = ended.act_id
left join overdue on decided.act_id = overdue.act_id
left join step.act_signature as signature on decided.act_id = signature.act_id;

-- noqa: disable=layout.indent
merge into governance.approval as told
using step.approval as fact
    on
        told.known_to_at is null
        and told.act_id = fact.act_id
        and told.submission is not distinct from fact.submission
        and told.stage is not distinct from fact.stage
        and told.decision = fact.decision
        and told.person_id is not distinct from fact.person_id
        and told.is_person = fact.is_person
        and told.conditions is not distinct from fact.conditions
        and told.expires_at is not distinct from fact.expires_at
        and told.signature = fact.signature
        and told.version_node_id is not distinct from fact.version_node_id
        and told.ended_by is not distinct from fact.ended_by
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        act_id, version_node_id, submission, stage, decision, actor_id, person_id, is_person,
        reason, ticket, conditions, condition_count, signature, signed_with, expires_at, source,
        ended_by, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.act_id, fact.version_node_id, fact.submission, fact.stage, fact.decision,
        fact.actor_id, fact.person_id, fact.is_person, fact.reason, fact.ticket, fact.conditions,
        fact.condition_count, fact.signature, fact.signed_with, fact.expires_at, fact.source,
        fact.ended_by, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from governance.approval
where known_from_at = known_to_at;
