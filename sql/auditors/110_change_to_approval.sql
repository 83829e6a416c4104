-- object: compliance.change_to_approval
-- kind: view
-- grain: one row per time in which a version served somewhere, per submission that was approved and never served, and per decision to deploy that no deployment followed
-- sources: registry.serving, registry.deployment, governance.submission, governance.approval, governance.decision
-- clause: from the change to who approved it, and from the approval to the change that it was for
-- clause: approvals count of what was submitted last by then, by persons whom the policy knows, that stood when it began to serve
-- clause: the decision is the last before that, about the version
-- limits: changes that no registry, platform, log or lineage told of; whether a ticket says what it is taken to say
-- column direction: change to approval, approval to change, or decision to change
-- column finding: matched, no submission, no approval, approved afterwards, another artifact, denied, never deployed
-- column version_node_id: the version; null: what serves is not registered
-- column deployment_node_id: where it serves; null where it never did
-- column deployed_at: when it began to
-- column ended_at: when it stopped; null: it serves
-- column deployed_by: the accounts that deployed it
-- column deployed_sha256: the digests of what was deployed
-- column submission: what was submitted of it by then
-- column submitted_sha256: the digest of the artifact that was submitted
-- column approvals: stage, account and time of each approval that stood
-- column tickets: tickets that submission and approvals name
-- column decision_id: the decision
-- column verdict: what it says
-- column decided_at: when

-- noqa: disable=references.qualification,structure.join_condition_order,ambiguous.set_columns
create or replace view compliance.change_to_approval as
with served as (
    select distinct
        serving.version_node_id,
        serving.deployment_node_id,
        serving.valid_from_at as deployed_at,
        serving.valid_to_at as ended_at
    from registry.serving as serving
    where serving.known_to_at is null
),

claimed as (
    select
        served.deployment_node_id,
        served.version_node_id,
        served.deployed_at,
        list_sort(list(distinct claim.deployed_by) filter (where claim.deployed_by is not null))
            as deployed_by,
        list_sort(
            list(distinct claim.artifact_sha256) filter (where claim.artifact_sha256 is not null)
        ) as deployed_sha256
    from served
    inner join registry.deployment as claim
        on
            served.deployment_node_id = claim.deployment_node_id
            and served.version_node_id = claim.version_node_id
            and claim.known_to_at is null
            and claim.valid_from_at < coalesce(served.ended_at, 'infinity'::timestamptz)
            and coalesce(claim.valid_to_at, 'infinity'::timestamptz) > served.deployed_at
    group by served.deployment_node_id, served.version_node_id, served.deployed_at
),

submitted as (
    select
        served.deployment_node_id,
        served.version_node_id,
        served.deployed_at,
        submission.submission,
        submission.artifact_sha256,
        submission.ticket
    from served
    inner join governance.submission as submission
        on
            served.version_node_id = submission.version_node_id
            and submission.known_to_at is null
            and submission.valid_from_at <= served.deployed_at
    qualify
        row_number() over (
            partition by served.deployment_node_id, served.version_node_id, served.deployed_at
            order by submission.valid_from_at desc, submission.act_id
        ) = 1
),

approved as (
    select
        served.deployment_node_id,
        served.version_node_id,
        served.deployed_at,
        list({
            'stage': approval.stage,
            'account': approval.actor_id,
            'at': approval.valid_from_at
        } order by approval.valid_from_at, approval.act_id) filter (
            where
            approval.submission = submitted.submission
            and governance.stands(approval.valid_from_at, approval.valid_to_at, served.deployed_at)
        ) as approvals,
        list_sort(
            list(distinct approval.ticket) filter (
                where
                approval.ticket is not null
                and approval.submission = submitted.submission
                and governance.stands(approval.valid_from_at, approval.valid_to_at, served.deployed_at)
            )
        ) as tickets,
        count(*) filter (where approval.valid_from_at > served.deployed_at) as later_count
    from served
    inner join governance.approval as approval
        on
            served.version_node_id = approval.version_node_id
            and approval.known_to_at is null
            and approval.decision = 'approved'
            and approval.is_person
    left join submitted
        on
            served.deployment_node_id = submitted.deployment_node_id
            and served.version_node_id = submitted.version_node_id
            and served.deployed_at = submitted.deployed_at
    group by served.deployment_node_id, served.version_node_id, served.deployed_at
),

decided as (
    select
        served.deployment_node_id,
        served.version_node_id,
        served.deployed_at,
        max_by(
            {
                'decision_id': decision.decision_id,
                'verdict': decision.verdict,
                'decided_at': decision.decided_at
            }, (decision.decided_at, decision.decision_id)
        ) as decision
    from served
    inner join governance.decision as decision
        on
            served.version_node_id = decision.version_node_id
            and decision.is_genuine
            and decision.decided_at <= served.deployed_at
    group by served.deployment_node_id, served.version_node_id, served.deployed_at
)

select
    'change to approval' as direction,
    case
        when submitted.submission is null then 'no submission'
        when
            len(claimed.deployed_sha256) > 0
            and submitted.artifact_sha256 is not null
            and not list_contains(claimed.deployed_sha256, submitted.artifact_sha256)
            then 'another artifact'
        when decided.decision.verdict = 'deny' then 'denied'
        when approved.approvals is null
            then if(approved.later_count > 0, 'approved afterwards', 'no approval')
        else 'matched'
    end as finding,
    served.version_node_id,
    served.deployment_node_id,
    served.deployed_at,
    served.ended_at,
    claimed.deployed_by,
    claimed.deployed_sha256,
    submitted.submission,
    submitted.artifact_sha256 as submitted_sha256,
    approved.approvals,
    list_sort(list_distinct(list_concat(
        if(submitted.ticket is null, [], [submitted.ticket]), coalesce(approved.tickets, [])
    ))) as tickets,
    decided.decision.decision_id,
    decided.decision.verdict,
    decided.decision.decided_at
from served
left join claimed
    on
        served.deployment_node_id = claimed.deployment_node_id
        and served.version_node_id = claimed.version_node_id
        and served.deployed_at = claimed.deployed_at
left join submitted
    on
        served.deployment_node_id = submitted.deployment_node_id
        and served.version_node_id = submitted.version_node_id
        and served.deployed_at = submitted.deployed_at
left join approved
    on
        served.deployment_node_id = approved.deployment_node_id
        and served.version_node_id = approved.version_node_id
        and served.deployed_at = approved.deployed_at
left join decided
    on
        served.deployment_node_id = decided.deployment_node_id
        and served.version_node_id = decided.version_node_id
        and served.deployed_at = decided.deployed_at
union all by name
select
    'approval to change' as direction,
    'never deployed' as finding,
    submission.version_node_id,
    submission.submission,
    submission.artifact_sha256 as submitted_sha256,
    list({
        'stage': approval.stage,
        'account': approval.actor_id,
        'at': approval.valid_from_at
    } order by approval.valid_from_at, approval.act_id) as approvals,
    list_sort(list_distinct(list_filter(
        list_append(list(approval.ticket), submission.ticket), lambda one: one is not null
    ))) as tickets
from governance.submission as submission
inner join governance.approval as approval
    on
        submission.submission = approval.submission
        and submission.version_node_id = approval.version_node_id
        and approval.known_to_at is null
        and approval.decision = 'approved'
        and approval.is_person
anti join served
    on
        submission.version_node_id = served.version_node_id
        and coalesce(served.ended_at, 'infinity'::timestamptz) > submission.valid_from_at
where submission.known_to_at is null
group by
    submission.version_node_id, submission.submission, submission.artifact_sha256, submission.ticket
union all by name
select
    'decision to change' as direction,
    'never deployed' as finding,
    decision.version_node_id,
    decision.submission,
    decision.artifact_sha256 as submitted_sha256,
    decision.decision_id,
    decision.verdict,
    decision.decided_at
from governance.decision as decision
anti join served
    on
        decision.version_node_id = served.version_node_id
        and served.deployed_at >= decision.decided_at
where decision.is_genuine and decision.verdict in ('deploy', 'break_glass');
