-- object: control.G09
-- kind: control
-- grain: one row per group that a version in production must serve alike
-- sources: step.in_service, step.policy_in_force, registry.evaluation
-- clause: presence alone: how far groups may lie apart is for the gate fairness
with asked as (
    select
        entry.key as model,
        entry.value ->> '$.metric' as metric,
        unnest((entry.value -> '$.names')::varchar []) as slice
    from step.policy_in_force as policy, json_each(policy.body, '$.slices') as entry
),

version as (
    select
        service.version_node_id,
        min(service.model_node_id) as scope,
        min(service.model) as model,
        min(service.deployed_at) as since_at
    from step.in_service as service
    group by service.version_node_id
),

measured as (
    select distinct
        evaluation.version_node_id,
        evaluation.metric,
        evaluation.slice
    from registry.evaluation as evaluation
    where
        isfinite(evaluation.value)
        and coalesce(evaluation.measured_at <= getvariable('as_of'), true)
        and governance.stands(evaluation.valid_from_at, evaluation.valid_to_at, getvariable('as_of'))
        and graph.holds(evaluation.known_from_at, evaluation.known_to_at, getvariable('known_at'))
)

select
    version.scope,
    version.version_node_id || ' ' || asked.slice as object_id,
    true as is_tested,
    if(
        measured.slice is null,
        asked.metric || ' was not measured for ' || asked.slice,
        null
    ) as finding,
    null as missing,
    version.since_at,
    [] as evidence
from version
inner join asked on asked.model in (version.scope, version.model)
left join measured
    on
        version.version_node_id = measured.version_node_id
        and asked.metric = measured.metric
        and asked.slice = measured.slice;
