-- object: governance.submission
-- kind: history
-- grain: one row per submission of a version for approval, and time in which it stood
-- sources: silver.act, step.account
-- clause: it stands until its submitter takes it back, or submits the version again
-- column submission: the digest of all that was submitted
-- column version_node_id: which version
-- column submitted_by: who submitted it, as the act names them
-- column person_id: who that is; the account itself where no policy says
-- column artifact_sha256: the artifact that was submitted, in hex; null if the act does not say
-- column card_sha256: the card that was submitted, in hex; null if the act does not say
-- column evidence: digests of the evaluations that were submitted; null if the act does not say
-- column policy_sha256: the digest of the rules of its tier then; null if the act does not say
-- column reason: why
-- column ticket: the ticket that it belongs to
-- column act_id: the act
-- column source: where it was done
-- column ended_by: withdrawn or resubmitted; null while it stands
-- column valid_from_at: when it was submitted
-- column valid_to_at: when it was taken back or submitted again; null while it stands
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists governance.submission (
    submission varchar,
    version_node_id varchar,
    submitted_by varchar,
    person_id varchar,
    artifact_sha256 varchar,
    card_sha256 varchar,
    evidence varchar [],
    policy_sha256 varchar,
    reason varchar,
    ticket varchar,
    act_id varchar,
    source varchar,
    ended_by varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- Everything that people did, by whom: the accounts of one person are one.
create or replace table step.act as
select
    act.*,
    coalesce(account.person_id, act.actor_id) as person_id,
    account.person_id is not null as is_person
from silver.act as act
left join step.account as account on act.actor_id = account.account
where act.area = 'governance' and act.ingested_at <= getvariable('known_at');

create or replace table step.submission as
with submitted as (
    select
        act.*,
        lead(act.acted_at) over (
            partition by act.subject order by act.acted_at, act.act_id
        ) as again_at
    from step.act as act
    where act.act = 'submitted'
),

withdrawn as (
    select
        submitted.act_id,
        min(act.acted_at) as withdrawn_at
    from submitted
    inner join step.act as act
        on
            submitted.subject = act.subject
            and submitted.submission = act.submission
            and submitted.person_id = act.person_id
    where act.act = 'withdrawn' and act.acted_at >= submitted.acted_at
    group by submitted.act_id
)

select
    submitted.submission,
    submitted.subject as version_node_id,
    submitted.actor_id as submitted_by,
    submitted.person_id,
    silver.sha256_of(submitted.data ->> '$.artifact') as artifact_sha256,
    silver.sha256_of(submitted.data ->> '$.card') as card_sha256,
    try_cast(submitted.data -> '$.evidence' as varchar []) as evidence,
    silver.sha256_of(submitted.data ->> '$.policy') as policy_sha256,
    submitted.reason,
    submitted.ticket,
    submitted.act_id,
    submitted.source,
    case
        when withdrawn.withdrawn_at <= coalesce(submitted.again_at, 'infinity') then 'withdrawn'
        when submitted.again_at is not null then 'resubmitted'
    end as ended_by,
    submitted.acted_at as valid_from_at,
    least(withdrawn.withdrawn_at, submitted.again_at) as valid_to_at
from submitted
left join withdrawn on submitted.act_id = withdrawn.act_id;

-- noqa: disable=layout.indent
merge into governance.submission as told
using step.submission as fact
    on
        told.known_to_at is null
        and told.act_id = fact.act_id
        and told.person_id is not distinct from fact.person_id
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        submission, version_node_id, submitted_by, person_id, artifact_sha256, card_sha256,
        evidence, policy_sha256, reason, ticket, act_id, source, ended_by, valid_from_at,
        valid_to_at, known_from_at, known_to_at
    ) values (
        fact.submission, fact.version_node_id, fact.submitted_by, fact.person_id,
        fact.artifact_sha256, fact.card_sha256, fact.evidence, fact.policy_sha256, fact.reason,
        fact.ticket, fact.act_id, fact.source, fact.ended_by, fact.valid_from_at,
        fact.valid_to_at, getvariable('known_at'), null
    );

delete from governance.submission
where known_from_at = known_to_at;
