-- object: step.ticket_decision
-- kind: step
-- grain: one row per decision of a ticket system that was told by the known time, on whatever it says it is
-- sources: silver.model_event, registry.model_version
-- clause: a decision is an audit event of category approve that names a ticket: of outcome success an approval, of outcome denied a rejection; of activity 4 (deleted) it takes back what was decided there
-- clause: it stands until its actor decides again at the same stage on the same version, or it is taken back: by the actor; by whoever decides again or takes it back, if the event says nobody or has attrs.reset
-- clause: whether its source, its stage and its actor count, the policy says
-- column act_id: the event in audit.event, in hex
-- column version_node_id: the version that it names; null if no registry is known to have it, or more than one
-- column stage: what the event says of the stage: a group, a status, a repository
-- column decision: approved or rejected
-- column actor_id: who decided, as the ticket system names them
-- column reason: why, as they say
-- column ticket_ref: the ticket
-- column action: what happened, in the source's own words
-- column decided_at: when, as the event says
-- column ended_at: when it was taken back or decided again; null while it stands
-- column ended_by: withdrawn or decided again
-- column source: the ticket system
-- column model_key: the model as the event names it
-- column model_version: the version as the event names it
-- column version_count: how many registered versions that fits
-- column ingested_at: the clock of the scan that told us
create or replace table step.ticket_decision as
with told as (
    select
        lower(hex(event.event_id)) as act_id,
        event.attrs ->> '$.stage' as stage,
        case
            when event.activity_id = 4 then 'withdrawn'
            when event.outcome = 'success' then 'approved'
            else 'rejected'
        end as said,
        event.actor_id,
        event.actor_id is null or (event.attrs ->> '$.reset') is not null as is_for_all,
        event.reason,
        event.ticket_ref,
        event.action,
        event.occurred_at as decided_at,
        event.source,
        event.model_key,
        event.model_version,
        event.ingested_at
    from silver.model_event as event
    where
        event.category = 'approve'
        and event.ticket_ref is not null
        and event.ingested_at <= getvariable('known_at')
        and (event.outcome = 'success' or (event.outcome = 'denied' and event.activity_id != 4))
),

decision as (
    select
        told.* exclude (is_for_all, said),
        told.said as decision
    from told
    where told.said != 'withdrawn'
),

-- At one instant a rejection comes after an approval, and taking back after both.
ended as (
    select
        decision.act_id,
        min(told.decided_at) as ended_at,
        arg_min(
            if(told.said = 'withdrawn', 'withdrawn', 'decided again'), (told.decided_at, told.act_id)
        ) as ended_by
    from decision
    inner join told
        on
            decision.source = told.source
            and decision.ticket_ref = told.ticket_ref
            and (told.decided_at, told.said, told.act_id)
            > (decision.decided_at, decision.decision, decision.act_id)
            and (
                (told.said = 'withdrawn' and (told.is_for_all or decision.actor_id = told.actor_id))
                or (
                    told.said != 'withdrawn'
                    and (told.is_for_all or decision.actor_id = told.actor_id)
                    and decision.stage is not distinct from told.stage
                    and decision.model_key is not distinct from told.model_key
                    and decision.model_version is not distinct from told.model_version
                )
            )
    group by decision.act_id
),

named as (
    select
        decision.act_id,
        min(version.version_node_id) as version_node_id,
        count(distinct version.version_node_id) as version_count
    from decision
    inner join registry.model_version as version
        on
            decision.model_version = version.version
            and decision.model_key in (
                version.name, version.registry || ':' || version.name, version.model_node_id
            )
    where version.known_to_at is null
    group by decision.act_id
)

select
    decision.act_id,
    if(named.version_count = 1, named.version_node_id, null) as version_node_id,
    decision.stage,
    decision.decision,
    decision.actor_id,
    decision.reason,
    decision.ticket_ref,
    decision.action,
    decision.decided_at,
    ended.ended_at,
    ended.ended_by,
    decision.source,
    decision.model_key,
    decision.model_version,
    coalesce(named.version_count, 0) as version_count,
    decision.ingested_at
from decision
left join ended on decision.act_id = ended.act_id
left join named on decision.act_id = named.act_id;
