-- object: governance.deployment_at
-- kind: macro
-- grain: one row per version that a deployment serves at an instant: the decision that let it in, and whether that holds
-- sources: registry.serving, registry.deployment, registry.model_version, governance.decision, governance.break_glass, governance.policy
-- clause: the last decision on the version that was kept before it began to serve, in the environment that a source names; where none names one that anybody decided for, the last of each, the worst first
-- clause: deployed past its gates it does not comply until another person has ratified that
-- clause: what no registry holds does not comply; what nobody has decided on is unknown
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: deployment_node_id: the deployment
-- clause: version_node_id: the version; null if no registry holds it
-- clause: model: the model as it is named
-- clause: version: the version as it is named
-- clause: environment: of the decision; null if there is none
-- clause: deployed_at: from when it serves
-- clause: decision_id: the decision
-- clause: verdict: deploy, deny, unknown or break_glass
-- clause: decided_at: when it was decided
-- clause: break_glass: the act that broke the glass, of the decision or while it began to serve
-- clause: review_due_at: until when another person must have reviewed that, by the policy in force then
-- clause: reviewed_at: when another person last did; null if nobody has
-- clause: is_compliant: whether it was let in, or ratified; null is unknown
-- clause: reason: why it is not, or why nobody knows

-- noqa: disable=layout.indent,references.qualification,aliasing.self_alias.column
create or replace macro governance.deployment_at(as_of, known_at := null) as table
with serving as (
    select
        serving.deployment_node_id,
        serving.version_node_id,
        serving.model,
        serving.version,
        serving.valid_from_at as deployed_at
    from registry.serving as serving
    where
        governance.stands(serving.valid_from_at, serving.valid_to_at, as_of)
        and graph.holds(serving.known_from_at, serving.known_to_at, known_at)
),

kept as (
    select decision.*
    from governance.decision as decision
    where
        decision.is_genuine
        and decision.decided_at <= as_of::timestamptz
        and (known_at is null or decision.known_from_at <= known_at::timestamptz)
),

placed as (
    select
        serving.deployment_node_id,
        serving.version_node_id,
        serving.deployed_at,
        min(claim.environment) as environment
    from serving
    inner join registry.deployment as claim
        on
            serving.deployment_node_id = claim.deployment_node_id
            and serving.version_node_id = claim.version_node_id
            and governance.stands(claim.valid_from_at, claim.valid_to_at, as_of)
            and graph.holds(claim.known_from_at, claim.known_to_at, known_at)
    where claim.environment in (select kept.environment from kept)
    group by serving.deployment_node_id, serving.version_node_id, serving.deployed_at
),

last_of_each as (
    select
        serving.deployment_node_id,
        serving.version_node_id,
        serving.deployed_at,
        kept.environment,
        arg_max(kept, (kept.decided_at, kept.act_id)) as decision
    from serving
    inner join kept
        on
            serving.version_node_id = kept.version_node_id
            and serving.deployed_at >= kept.decided_at
    left join placed
        on
            serving.deployment_node_id = placed.deployment_node_id
            and serving.version_node_id = placed.version_node_id
            and serving.deployed_at = placed.deployed_at
    where placed.environment is null or placed.environment = kept.environment
    group by serving.deployment_node_id, serving.version_node_id, serving.deployed_at, kept.environment
),

decided as (
    select
        last_of_each.deployment_node_id,
        last_of_each.version_node_id,
        last_of_each.deployed_at,
        arg_max(
            last_of_each.decision,
            (
                list_position(
                    ['deploy', 'break_glass', 'unknown', 'deny'], last_of_each.decision.verdict
                ),
                last_of_each.environment
            )
        ) as decision
    from last_of_each
    group by last_of_each.deployment_node_id, last_of_each.version_node_id, last_of_each.deployed_at
),

glass as (
    select
        broken.*,
        list_filter(
            broken.reviews, lambda said: said.reviewed_at <= as_of::timestamptz
        )[-1] as last_review
    from governance.break_glass as broken
    where graph.holds(broken.known_from_at, broken.known_to_at, known_at)
),

-- What was broken when it began to serve, where the decision itself names nothing.
broken as (
    select
        serving.deployment_node_id,
        serving.version_node_id,
        serving.deployed_at,
        arg_max(glass.act_id, (glass.valid_from_at, glass.act_id)) as act_id
    from serving
    inner join glass
        on
            serving.version_node_id = glass.version_node_id
            and serving.deployed_at >= glass.valid_from_at
            and serving.deployed_at < glass.valid_to_at
    group by serving.deployment_node_id, serving.version_node_id, serving.deployed_at
),

registered as (
    select
        serving.deployment_node_id,
        serving.version_node_id,
        serving.deployed_at,
        list(distinct version.artifact_sha256) filter (
            where version.artifact_sha256 is not null
        ) as artifacts
    from serving
    inner join registry.model_version as version
        on
            serving.version_node_id = version.version_node_id
            and governance.stands(version.valid_from_at, version.valid_to_at, serving.deployed_at)
            and graph.holds(version.known_from_at, version.known_to_at, known_at)
    group by serving.deployment_node_id, serving.version_node_id, serving.deployed_at
),

review_hours as (
    select coalesce(max((policy.body ->> '$.break_glass.review_hours')::integer), 72) as hours
    from governance.policy as policy
    where
        governance.stands(policy.valid_from_at, policy.valid_to_at, as_of)
        and graph.holds(policy.known_from_at, policy.known_to_at, known_at)
),

judged as (
    select
        serving.*,
        decided.decision.environment as environment,
        decided.decision.decision_id as decision_id,
        decided.decision.verdict as verdict,
        decided.decision.decided_at as decided_at,
        glass.act_id as break_glass,
        glass.valid_from_at + to_hours(review_hours.hours) as review_due_at,
        glass.last_review.reviewed_at as reviewed_at,
        case
            when registered.version_node_id is null then 'no registry holds it'
            when
                decided.decision.artifact_sha256 != ''
                and not list_contains(registered.artifacts, decided.decision.artifact_sha256)
                then 'the decision was on another artifact'
            when decided.decision.verdict = 'deploy' then null
            when decided.decision.verdict in ('deny', 'unknown')
                then 'the gates said ' || decided.decision.verdict
            when glass.act_id is not null and glass.last_review is null
                then 'nobody has reviewed that the glass was broken'
            when glass.last_review.review = 'rejected'
                then 'the review rejected that the glass was broken'
        end as objection
    from serving
    cross join review_hours
    left join decided
        on
            serving.deployment_node_id = decided.deployment_node_id
            and serving.version_node_id = decided.version_node_id
            and serving.deployed_at = decided.deployed_at
    left join broken
        on
            serving.deployment_node_id = broken.deployment_node_id
            and serving.version_node_id = broken.version_node_id
            and serving.deployed_at = broken.deployed_at
    left join glass
        on coalesce(nullif(decided.decision.break_glass, ''), broken.act_id) = glass.act_id
    left join registered
        on
            serving.deployment_node_id = registered.deployment_node_id
            and serving.version_node_id = registered.version_node_id
            and serving.deployed_at = registered.deployed_at
)

select
    judged.* exclude (objection),
    case
        when judged.objection is not null then false
        when judged.verdict is not null then true
    end as is_compliant,
    coalesce(judged.objection, if(judged.verdict is null, 'no decision on it is recorded', null)) as reason
from judged;
