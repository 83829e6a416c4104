-- object: compliance.version_at
-- kind: macro
-- grain: one row per version that was registered as of an instant: what was believed of it then, and what we know of that instant now
-- sources: registry.model_version, registry.lifecycle, registry.serving, governance.submission, governance.approval, registry.incident, governance.decision
-- clause: as_of: the instant; known_at: by what had been told by then (null: by that instant itself)
-- clause: a column that ends in _now says what we know of the same instant today; differs names what was learned since
-- clause: stage: as registries and platforms say; serves_at, submission, approved (stages, by persons whom the policy knows), incidents (open), verdict (of the last decision that is genuine)
-- limits: what was true and never told; what has been erased since

-- noqa: disable=layout.indent,references.qualification,structure.join_condition_order
create or replace macro compliance.version_at(as_of, known_at := null) as table
with belief as (
    select
        told.belief,
        told.known_at
    from (
        values
        ('then', coalesce(known_at::timestamptz, as_of::timestamptz)),
        ('now', 'infinity'::timestamptz)
    ) as told (belief, known_at)
),

version as (
    select
        belief.belief,
        belief.known_at,
        version.version_node_id,
        min(version.model_node_id) as model_node_id,
        min(version.name) as model,
        min(version.version) as version,
        min_by(version.artifact_sha256, version.source) as artifact_sha256
    from belief
    inner join registry.model_version as version
        on
            governance.stands(version.valid_from_at, version.valid_to_at, as_of)
            and governance.stands(version.known_from_at, version.known_to_at, belief.known_at)
    group by belief.belief, belief.known_at, version.version_node_id
),

staged as (
    select
        version.belief,
        version.version_node_id,
        min(lifecycle.stage) as stage
    from version
    inner join registry.lifecycle as lifecycle
        on
            version.version_node_id = lifecycle.version_node_id
            and governance.stands(lifecycle.valid_from_at, lifecycle.valid_to_at, as_of)
            and governance.stands(lifecycle.known_from_at, lifecycle.known_to_at, version.known_at)
    group by version.belief, version.version_node_id
),

served as (
    select
        version.belief,
        version.version_node_id,
        list_sort(list(distinct serving.deployment_node_id)) as serves_at
    from version
    inner join registry.serving as serving
        on
            version.version_node_id = serving.version_node_id
            and governance.stands(serving.valid_from_at, serving.valid_to_at, as_of)
            and governance.stands(serving.known_from_at, serving.known_to_at, version.known_at)
    group by version.belief, version.version_node_id
),

submitted as (
    select
        version.belief,
        version.version_node_id,
        max_by(submission.submission, (submission.valid_from_at, submission.act_id)) as submission
    from version
    inner join governance.submission as submission
        on
            version.version_node_id = submission.version_node_id
            and governance.stands(submission.valid_from_at, submission.valid_to_at, as_of)
            and governance.stands(submission.known_from_at, submission.known_to_at, version.known_at)
    group by version.belief, version.version_node_id
),

approved as (
    select
        version.belief,
        version.version_node_id,
        list_sort(list(distinct approval.stage)) as approved
    from version
    inner join governance.approval as approval
        on
            version.version_node_id = approval.version_node_id
            and approval.decision = 'approved'
            and approval.is_person
            and governance.stands(approval.valid_from_at, approval.valid_to_at, as_of)
            and governance.stands(approval.known_from_at, approval.known_to_at, version.known_at)
    group by version.belief, version.version_node_id
),

troubled as (
    select
        version.belief,
        version.version_node_id,
        list_sort(list(distinct incident.incident_id)) as incidents
    from version
    inner join registry.incident as incident
        on
            version.version_node_id = incident.version_node_id
            and governance.stands(incident.valid_from_at, incident.valid_to_at, as_of)
            and governance.stands(incident.known_from_at, incident.known_to_at, version.known_at)
    group by version.belief, version.version_node_id
),

decided as (
    select
        version.belief,
        version.version_node_id,
        max_by(decision.verdict, (decision.decided_at, decision.decision_id)) as verdict
    from version
    inner join governance.decision as decision
        on
            version.version_node_id = decision.version_node_id
            and decision.is_genuine
            and decision.decided_at <= as_of::timestamptz
            and decision.known_from_at <= version.known_at
    group by version.belief, version.version_node_id
),

stated as (
    select
        version.*,
        staged.stage,
        served.serves_at,
        submitted.submission,
        approved.approved,
        troubled.incidents,
        decided.verdict
    from version
    left join staged
        on version.belief = staged.belief and version.version_node_id = staged.version_node_id
    left join served
        on version.belief = served.belief and version.version_node_id = served.version_node_id
    left join submitted
        on version.belief = submitted.belief and version.version_node_id = submitted.version_node_id
    left join approved
        on version.belief = approved.belief and version.version_node_id = approved.version_node_id
    left join troubled
        on version.belief = troubled.belief and version.version_node_id = troubled.version_node_id
    left join decided
        on version.belief = decided.belief and version.version_node_id = decided.version_node_id
),

was as (
    select stated.*
    from stated
    where stated.belief = 'then'
),

is_now as (
    select stated.*
    from stated
    where stated.belief = 'now'
)

select
    coalesce(was.version_node_id, is_now.version_node_id) as version_node_id,
    coalesce(was.model, is_now.model) as model,
    coalesce(was.version, is_now.version) as version,
    was.artifact_sha256,
    was.stage,
    is_now.stage as stage_now,
    was.serves_at,
    is_now.serves_at as serves_at_now,
    was.submission,
    is_now.submission as submission_now,
    was.approved,
    is_now.approved as approved_now,
    was.incidents,
    is_now.incidents as incidents_now,
    was.verdict,
    is_now.verdict as verdict_now,
    list_filter(
        [
            if(was.version_node_id is null, 'registered', null),
            if(is_now.version_node_id is null, 'not registered', null),
            if(was.artifact_sha256 is distinct from is_now.artifact_sha256, 'artifact', null),
            if(was.stage is distinct from is_now.stage, 'stage', null),
            if(was.serves_at is distinct from is_now.serves_at, 'serves_at', null),
            if(was.submission is distinct from is_now.submission, 'submission', null),
            if(was.approved is distinct from is_now.approved, 'approved', null),
            if(was.incidents is distinct from is_now.incidents, 'incidents', null),
            if(was.verdict is distinct from is_now.verdict, 'verdict', null)
        ],
        lambda one: one is not null
    ) as differs
from was
full join is_now
    on was.version_node_id = is_now.version_node_id
order by version_node_id;
