-- object: governance.approval_at
-- kind: macro
-- grain: one row per approval or rejection of a version that was said by an instant, with all reasons why it does not count
-- sources: governance.approval, governance.delegation_at, governance.submission, governance.submission_at, governance.involved_at, governance.signature_at, governance.person_of
-- clause: four eyes: the approver is neither trainer nor submitter, and nobody holds two stages of one version; the accounts of one person are one
-- clause: an approval is of what was submitted: it counts for nothing else
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: act_id: the act, or the event of the ticket system
-- clause: stage: at which stage
-- clause: decision: approved or rejected
-- clause: actor_id: who decided, as the act names them
-- clause: person_id: who that is; the account itself where the rules do not say
-- clause: decided_at: when
-- clause: ends_at: when it ends
-- clause: on_behalf_of: who delegated the stage; null if nobody had to
-- clause: source: governance, or the ticket system
-- clause: objections: why it does not count; none if it does
-- clause: counts: whether it counts

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.approval_at(rules, version, as_of, known_at := null) as table
with said as (
    select
        approval.*,
        coalesce(person.person_id, approval.actor_id) as who,
        person.person_id is not null as is_known,
        least(
            approval.valid_to_at,
            if(
                approval.decision = 'rejected' or approval.expires_at is not null,
                null,
                approval.valid_from_at + to_days((rules::json ->> '$.approval_days')::integer)
            )
        ) as ends_at
    from governance.approval as approval
    left join governance.person_of(rules) as person on approval.actor_id = person.account
    where
        approval.version_node_id = version
        and approval.valid_from_at <= as_of::timestamptz
        and graph.holds(approval.known_from_at, approval.known_to_at, known_at)
        and approval.stage in (select unnest((rules::json -> '$.stages')::varchar []))
),

approver as (
    select
        stage.key as stage,
        unnest(stage.value::varchar []) as person_id
    from json_each(rules::json, '$.approvers') as stage
),

handed as (
    select delegation_at.*
    from governance.delegation_at(rules, version, as_of, known_at := known_at) as delegation_at
    where len(delegation_at.objections) = 0
),

submitted as (
    select submission_at.*
    from governance.submission_at(rules, version, as_of, known_at := known_at) as submission_at
),

involved as (
    select involved_at.*
    from governance.involved_at(rules, version, as_of, known_at := known_at) as involved_at
),

-- Submitted again, it is to be judged again.
withdrawn as (
    select
        submission.submission,
        max(submission.valid_to_at) as withdrawn_at
    from governance.submission as submission
    where
        submission.version_node_id = version
        and submission.ended_by = 'withdrawn'
        and submission.valid_to_at <= as_of::timestamptz
        and graph.holds(submission.known_from_at, submission.known_to_at, known_at)
    group by submission.submission
),

part as (
    select
        involved.person_id,
        bool_or(involved.part = 'trained') as has_trained,
        bool_or(involved.part = 'submitted') as has_submitted
    from involved
    group by involved.person_id
),

-- Who may decide: an approver of the stage, or whom one who is not involved has handed it to.
entitled as (
    select
        said.act_id,
        bool_or(approver.person_id is not null) as is_approver,
        min(handed.person_id) as on_behalf_of
    from said
    left join approver on said.stage = approver.stage and said.who = approver.person_id
    left join handed
        on
            said.stage = handed.stage
            and said.who = handed.delegate_id
            and governance.stands(handed.delegated_at, handed.ends_at, said.valid_from_at)
    group by said.act_id
),

objected as (
    select
        said.*,
        if(entitled.is_approver, null, entitled.on_behalf_of) as on_behalf_of,
        list_filter(
            [
                if(said.actor_id is null, 'nobody says who decided', null),
                if(not said.is_known, 'nobody knows who ' || said.actor_id || ' is', null),
                if(
                    said.is_known and not entitled.is_approver and entitled.on_behalf_of is null,
                    said.who || ' may not decide at stage ' || said.stage,
                    null
                ),
                if(part.has_trained, said.who || ' trained the version', null),
                if(part.has_submitted, said.who || ' submitted the version', null),
                if(
                    submitted.submission is null,
                    'no submission stands',
                    if(
                        said.submission is distinct from submitted.submission,
                        'it is of another submission',
                        null
                    )
                ),
                if(
                    said.valid_from_at < withdrawn.withdrawn_at,
                    'what it is of was withdrawn afterwards',
                    null
                ),
                if(
                    len(submitted.changes) > 0,
                    'changed since it was submitted: ' || array_to_string(submitted.changes, ', '),
                    null
                ),
                if(
                    said.ends_at <= as_of::timestamptz,
                    if(said.ends_at = said.valid_to_at, said.ended_by, 'expired') || ' at '
                    || strftime(said.ends_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ'),
                    null
                ),
                if(
                    signature.act_id is null,
                    if((rules::json ->> '$.signed')::boolean, 'it is not signed', null),
                    signature.objection
                )
            ],
            lambda objection: objection is not null
        ) as objections
    from said
    inner join entitled on said.act_id = entitled.act_id
    left join governance.signature_at(rules, version, known_at := known_at) as signature
        on said.act_id = signature.act_id
    left join submitted on true
    left join part on said.who = part.person_id
    left join withdrawn on said.submission = withdrawn.submission
),

-- Of the stages that one person holds, the first that counts stands.
held as (
    select
        objected.who,
        arg_min(objected.stage, (objected.valid_from_at, objected.act_id)) as stage
    from objected
    where len(objected.objections) = 0 and objected.decision = 'approved'
    group by objected.who
),

judged as (
    select
        objected.*,
        if(
            len(objected.objections) = 0
            and objected.decision = 'approved'
            and objected.stage != held.stage,
            [objected.who || ' holds stage ' || held.stage || ' already'],
            objected.objections
        ) as all_objections
    from objected
    left join held on objected.who = held.who
)

select
    judged.act_id,
    judged.stage,
    judged.decision,
    judged.actor_id,
    judged.who as person_id,
    judged.valid_from_at as decided_at,
    judged.ends_at,
    judged.on_behalf_of,
    judged.source,
    judged.all_objections as objections,
    len(judged.all_objections) = 0 as counts
from judged;
