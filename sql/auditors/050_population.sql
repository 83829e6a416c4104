-- object: compliance.population
-- kind: view
-- grain: one row per (population, member): what samples are drawn from
-- sources: registry.model_version, registry.serving, governance.submission, governance.approval, governance.decision, governance.gate_result, governance.waiver, governance.break_glass, lineage.run, lineage.node, registry.incident, registry.prediction, retention.disposition, compliance.exception, silver.act, audit.event
-- clause: as we know it now, whatever has ended since
-- clause: a member that was told more than once, such as a decision that was asked for again, is one, of the first time
-- limits: members that were never told; compliance.population_reconciliation says of which sources that is known
-- column population: versions, deployments, submissions, approvals, decisions, gate results, waivers, break-glasses, runs, datasets, incidents, predictions, dispositions, exceptions, acts or audit events
-- column member_id: the member
-- column stratum: what it is one of
-- column occurred_at: when it was, or began; null if nobody says
create or replace view compliance.population as
with told as (
    select distinct
        'versions' as population,
        version.version_node_id as member_id,
        version.name as stratum,
        version.registered_at as occurred_at
    from registry.model_version as version
    where version.known_to_at is null and version.valid_to_at is null
    union all
    select
        'deployments' as population,
        serving.deployment_node_id
        || ' ' || coalesce(serving.version_node_id, concat_ws(' ', serving.model, serving.version))
        || ' ' || strftime(serving.valid_from_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as member_id,
        serving.deployment_node_id as stratum,
        serving.valid_from_at as occurred_at
    from registry.serving as serving
    where serving.known_to_at is null
    union all
    select
        'submissions' as population,
        submission.submission as member_id,
        submission.version_node_id as stratum,
        submission.valid_from_at as occurred_at
    from governance.submission as submission
    where submission.known_to_at is null
    union all
    select
        'approvals' as population,
        approval.act_id as member_id,
        approval.stage as stratum,
        approval.valid_from_at as occurred_at
    from governance.approval as approval
    where approval.known_to_at is null
    union all
    select
        'decisions' as population,
        decision.decision_id as member_id,
        decision.verdict as stratum,
        decision.decided_at as occurred_at
    from governance.decision as decision
    union all
    select
        'gate results' as population,
        result.decision_id || ' ' || result.gate as member_id,
        result.gate as stratum,
        result.decided_at as occurred_at
    from governance.gate_result as result
    union all
    select
        'waivers' as population,
        waiver.act_id as member_id,
        waiver.gate as stratum,
        waiver.valid_from_at as occurred_at
    from governance.waiver as waiver
    where waiver.known_to_at is null
    union all
    select
        'break-glasses' as population,
        broken.act_id as member_id,
        broken.version_node_id as stratum,
        broken.valid_from_at as occurred_at
    from governance.break_glass as broken
    where broken.known_to_at is null
    union all
    select
        'runs' as population,
        run.run_id as member_id,
        run.job_node_id as stratum,
        coalesce(run.started_at, run.ended_at) as occurred_at
    from lineage.run as run
    union all
    select
        'datasets' as population,
        node.node_id as member_id,
        node.stage as stratum,
        null::timestamptz as occurred_at
    from lineage.node as node
    where node.kind = 'dataset'
    union all
    select distinct
        'incidents' as population,
        incident.incident_id as member_id,
        incident.severity as stratum,
        incident.opened_at as occurred_at
    from registry.incident as incident
    where incident.known_to_at is null
    union all
    select distinct
        'predictions' as population,
        prediction.prediction_id as member_id,
        prediction.model || ' ' || prediction.version as stratum,
        prediction.decided_at as occurred_at
    from registry.prediction as prediction
    where prediction.known_to_at is null
    union all
    select
        'dispositions' as population,
        concat_ws(' ', disposition.plan_sha256, disposition.object_id) as member_id,
        disposition.state as stratum,
        disposition.began_at as occurred_at
    from retention.disposition as disposition
    union all
    select
        'exceptions' as population,
        exception.control_id || ' ' || exception.object_id as member_id,
        exception.control_id as stratum,
        exception.since_at as occurred_at
    from compliance.exception as exception
    union all
    select
        'acts' as population,
        act.act_id as member_id,
        act.area || ' ' || act.act as stratum,
        act.acted_at as occurred_at
    from silver.act as act
    union all
    select
        'audit events' as population,
        event.event_id as member_id,
        event.source as stratum,
        event.occurred_at
    from audit.event as event
)

select
    told.population,
    told.member_id,
    min(told.stratum) as stratum,
    min(told.occurred_at) as occurred_at
from told
group by told.population, told.member_id;
