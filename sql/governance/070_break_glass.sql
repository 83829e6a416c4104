-- object: governance.break_glass
-- kind: history
-- grain: one row per deployment past the gates that was declared for a version, and time in which that stood
-- sources: step.leave, step.act, step.act_signature, step.personal_act, step.signed_version, step.account, governance.submission, registry.model_version
-- clause: it stands until it expires or is taken back; the deployment counts as non-compliant until another person has reviewed it, at the stage break-glass-review
-- clause: one without an end that can be read has ended; it is taken back with whatever who declared it takes back of the version
-- clause: an account that no policy knows may be the same person's, and reviews nothing
-- clause: who has trained the version or submitted it reviews nothing either, nor a review with a forged signature, or with none where the tier asks for one
-- column act_id: the act
-- column version_node_id: which version
-- column actor_id: who declared it, as the act names them
-- column person_id: who that is; the account itself where no policy says
-- column is_person: whether a policy says who that is
-- column reason: why
-- column ticket: the ticket that it belongs to
-- column submission: the digest of what was submitted, if the act says
-- column ended_by: expired or withdrawn
-- column reviews: what other people said of it, in order: reviewed_at, reviewed_by, review
-- column reviewed_at: when another person last reviewed it; null if nobody has
-- column reviewed_by: who did
-- column review: approved or rejected
-- column valid_from_at: when it was declared
-- column valid_to_at: when it ended or will end
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists governance.break_glass (
    act_id varchar,
    version_node_id varchar,
    actor_id varchar,
    person_id varchar,
    is_person boolean,
    reason varchar,
    ticket varchar,
    submission varchar,
    ended_by varchar,
    reviews struct(reviewed_at timestamptz, reviewed_by varchar, review varchar) [],
    reviewed_at timestamptz,
    reviewed_by varchar,
    review varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.break_glass as
with involved as (
    select
        version.version_node_id,
        coalesce(account.person_id, version.trainer) as person_id
    from registry.model_version as version
    left join step.account as account on version.trainer = account.account
    where version.trainer is not null and version.known_to_at is null
    union
    select
        submission.version_node_id,
        submission.person_id
    from governance.submission as submission
    where submission.known_to_at is null
),

review as (
    select
        leave.act_id,
        list(
            {
                'reviewed_at': act.acted_at,
                'reviewed_by': act.person_id,
                'review': act.act
            }
            order by act.acted_at, act.act_id
        ) as reviews
    from step.leave as leave
    inner join step.act as act
        on
            leave.version_node_id = act.subject
            and leave.person_id != act.person_id
            and act.is_person
            and leave.valid_from_at <= act.acted_at
    left join step.signed_version as signed on leave.version_node_id = signed.version_node_id
    left join step.act_signature as signature on act.act_id = signature.act_id
    left join step.personal_act as personal_act on act.act_id = personal_act.act_id
    anti join involved on act.subject = involved.version_node_id and act.person_id = involved.person_id
    where
        leave.act = 'break_glass'
        and act.stage = 'break-glass-review'
        and act.act in ('approved', 'rejected')
        and if(
            signature.act_id is null,
            signed.version_node_id is null,
            personal_act.act_id is not null
        )
    group by leave.act_id
)

select
    leave.act_id,
    leave.version_node_id,
    leave.actor_id,
    leave.person_id,
    leave.is_person,
    leave.reason,
    leave.ticket,
    leave.submission,
    leave.ended_by,
    coalesce(review.reviews, []) as reviews,
    review.reviews[-1].reviewed_at as reviewed_at,
    review.reviews[-1].reviewed_by as reviewed_by,
    review.reviews[-1].review as review,
    leave.valid_from_at,
    leave.valid_to_at
from step.leave as leave
left join review on leave.act_id = review.act_id
where leave.act = 'break_glass';

-- noqa: disable=layout.indent
merge into governance.break_glass as told
using step.break_glass as fact
    on
        told.known_to_at is null
        and told.act_id = fact.act_id
        and told.person_id is not distinct from fact.person_id
        and told.is_person = fact.is_person
        and told.reviews = fact.reviews
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        act_id, version_node_id, actor_id, person_id, is_person, reason, ticket, submission,
        ended_by, reviews, reviewed_at, reviewed_by, review, valid_from_at, valid_to_at,
        known_from_at, known_to_at
    ) values (
        fact.act_id, fact.version_node_id, fact.actor_id, fact.person_id,
        fact.is_person, fact.reason, fact.ticket, fact.submission, fact.ended_by,
        fact.reviews, fact.reviewed_at, fact.reviewed_by, fact.review, fact.valid_from_at,
        fact.valid_to_at, getvariable('known_at'), null
    );

delete from governance.break_glass
where known_from_at = known_to_at;
