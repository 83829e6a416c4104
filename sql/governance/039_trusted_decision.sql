-- object: step.trusted_decision
-- kind: step
-- grain: one row per decision of a ticket system that the policy in force trusts, on a version that a registry knows
-- sources: step.ticket_decision, governance.policy, step.account, step.submission
-- clause: it is of what was submitted when it was made

-- noqa: disable=references.qualification,structure.join_condition_order
create or replace table step.trusted_decision as
with ticket as (
    select
        entry.value ->> '$.source' as source,
        coalesce(try_cast(entry.value -> '$.actions' as varchar []), ['*']) as actions,
        stage.key as hint,
        stage.value ->> '$' as stage
    from
        governance.policy as policy,
        json_each(policy.body, '$.ticket') as entry,
        json_each(entry.value, '$.stages') as stage
    where policy.valid_to_at is null and policy.known_to_at is null
)

select
    decision.act_id,
    decision.version_node_id,
    ticket.stage,
    decision.decision,
    decision.actor_id,
    coalesce(account.person_id, decision.actor_id) as person_id,
    account.person_id is not null as is_person,
    decision.reason,
    decision.ticket_ref as ticket,
    decision.source,
    decision.decided_at as acted_at,
    decision.ended_at,
    decision.ended_by,
    arg_max(submission.submission, submission.valid_from_at) as submission
from step.ticket_decision as decision
inner join ticket
    on
        decision.source = ticket.source
        and decision.stage = ticket.hint
        and list_bool_or(
            list_transform(
                ticket.actions,
                lambda action: decision.action like silver.like_of(action) escape '\'
            )
        )
left join step.account as account on decision.actor_id = account.account
left join step.submission as submission
    on
        decision.version_node_id = submission.version_node_id
        and submission.valid_from_at <= decision.decided_at
        and (submission.valid_to_at is null or submission.valid_to_at > decision.decided_at)
where decision.version_node_id is not null
group by all;
