-- object: ask.deployed
-- kind: ask
-- grain: one row per deployment that began in a time, all sources put together, as is known now
-- sources: registry.serving, registry.deployment, governance.decision
-- clause: from_at, to_at: the time, half-open; null is no bound
-- clause: environments: those that the policy knows
-- clause: environment: the one that a source names, if the policy knows it; null if it does not
-- clause: deployed_by: by the deployer's own word before a cluster's, before a job's
-- clause: the recorded decision is the last one on that version and environment before it began

-- noqa: disable=references.qualification
with began as (
    select serving.*
    from registry.serving as serving
    where
        serving.known_to_at is null
        and ($from_at::timestamptz is null or serving.valid_from_at >= $from_at::timestamptz)
        and ($to_at::timestamptz is null or serving.valid_from_at < $to_at::timestamptz)
),

told as (
    select
        began.deployment_node_id,
        began.version_node_id,
        began.model,
        began.version,
        began.valid_from_at as deployed_at,
        began.sources,
        arg_min(
            claim.deployed_by,
            (
                coalesce(
                    list_position(
                        ['cloudevents', 'sagemaker', 'kubernetes', 'openlineage', 'sagemaker_poll'],
                        claim.source
                    ),
                    0
                ),
                claim.valid_from_at,
                claim.deployed_by
            )
        ) as deployed_by,
        min(claim.environment) filter (
            where list_contains($environments::varchar [], claim.environment)
        ) as environment
    from began
    left join registry.deployment as claim
        on
            began.deployment_node_id = claim.deployment_node_id
            and began.version_node_id is not distinct from claim.version_node_id
            and began.model is not distinct from claim.model
            and began.version is not distinct from claim.version
            and claim.known_to_at is null
            and began.valid_from_at <= claim.valid_from_at
            and (began.valid_to_at is null or began.valid_to_at > claim.valid_from_at)
    group by all
),

decided as (
    select
        told.deployment_node_id,
        told.deployed_at,
        told.version_node_id,
        arg_max(decision.verdict, (decision.decided_at, decision.act_id)) as recorded_verdict,
        arg_max(decision.decision_id, (decision.decided_at, decision.act_id)) as recorded_decision
    from told
    inner join governance.decision as decision
        on
            told.version_node_id = decision.version_node_id
            and coalesce(told.environment, $environment) = decision.environment
            and told.deployed_at >= decision.decided_at
    where decision.is_genuine
    group by told.deployment_node_id, told.deployed_at, told.version_node_id
)

select
    told.deployment_node_id,
    coalesce(told.environment, $environment) as environment,
    told.version_node_id,
    told.model,
    told.version,
    told.deployed_at,
    told.deployed_by,
    told.sources,
    decided.recorded_verdict,
    decided.recorded_decision
from told
left join decided
    on
        told.deployment_node_id = decided.deployment_node_id
        and told.deployed_at = decided.deployed_at
        and told.version_node_id = decided.version_node_id
where not $is_there::boolean or coalesce(told.environment, $environment) = $environment
order by told.deployed_at, told.deployment_node_id, told.version_node_id;
