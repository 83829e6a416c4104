-- object: control.G08
-- kind: control
-- grain: one row per bound of a metric of a version that serves in production
-- sources: step.in_service, step.policy_in_force, registry.evaluation
-- clause: the latest evaluation of the whole counts, with a finite value
-- clause: bounds of * are for models without bounds of their own
with bound as (
    select
        model.key as model,
        regexp_extract(entry.key, '^(.*)_(min|max)$', 1) as metric,
        regexp_extract(entry.key, '^(.*)_(min|max)$', 2) as side,
        (entry.value ->> '$')::double as bound
    from
        step.policy_in_force as policy,
        json_each(policy.body, '$.threshold') as model,
        json_each(model.value) as entry
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

of_version as (
    select
        version.*,
        case
            when exists (
                select 1 from bound
                where bound.model = version.scope
            ) then version.scope
            when exists (
                select 1 from bound
                where bound.model = version.model
            ) then version.model
            else '*'
        end as asked_of
    from version
),

measured as (
    select
        evaluation.version_node_id,
        evaluation.metric,
        arg_max(
            evaluation.value, (evaluation.measured_at, governance.evaluation_sha256(evaluation))
        ) as value,
        arg_max(
            governance.evaluation_sha256(evaluation),
            (evaluation.measured_at, governance.evaluation_sha256(evaluation))
        ) as evidence
    from registry.evaluation as evaluation
    where
        evaluation.slice = 'all'
        and evaluation.phase = 'evaluation'
        and isfinite(evaluation.value)
        and coalesce(evaluation.measured_at <= getvariable('as_of'), true)
        and governance.stands(evaluation.valid_from_at, evaluation.valid_to_at, getvariable('as_of'))
        and graph.holds(evaluation.known_from_at, evaluation.known_to_at, getvariable('known_at'))
    group by evaluation.version_node_id, evaluation.metric
)

select
    of_version.scope,
    of_version.version_node_id || ' ' || bound.metric || '_' || bound.side as object_id,
    true as is_tested,
    case
        when measured.value is null then bound.metric || ' was never measured'
        when bound.side = 'min' and measured.value < bound.bound
            then bound.metric || ' is ' || measured.value || ', below ' || bound.bound
        when bound.side = 'max' and measured.value > bound.bound
            then bound.metric || ' is ' || measured.value || ', above ' || bound.bound
    end as finding,
    null as missing,
    of_version.since_at,
    [measured.evidence] as evidence
from of_version
inner join bound on of_version.asked_of = bound.model
left join measured
    on of_version.version_node_id = measured.version_node_id and bound.metric = measured.metric;
