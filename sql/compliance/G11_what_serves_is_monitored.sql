-- object: control.G11
-- kind: control
-- grain: one row per version that serves in production
-- sources: step.in_service, registry.evaluation, registry.monitoring_test
-- clause: a version that has not served for so long yet needs no measurement yet
with version as (
    select
        service.version_node_id,
        min(service.model_node_id) as scope,
        min(service.deployed_at) as since_at,
        if(
            lower(min(service.tier)) = 'high',
            step.number_of('G11', 'high_days'),
            step.number_of('G11', 'days')
        ) as days
    from step.in_service as service
    group by service.version_node_id
),

looked as (
    select
        evaluation.version_node_id,
        evaluation.measured_at as looked_at
    from registry.evaluation as evaluation
    where
        evaluation.phase = 'monitoring'
        and graph.holds(evaluation.known_from_at, evaluation.known_to_at, getvariable('known_at'))
    union all
    select
        test.version_node_id,
        test.tested_at as looked_at
    from registry.monitoring_test as test
    where graph.holds(test.known_from_at, test.known_to_at, getvariable('known_at'))
),

last_look as (
    select
        looked.version_node_id,
        max(looked.looked_at) as looked_at
    from looked
    where looked.looked_at <= getvariable('as_of')
    group by looked.version_node_id
)

select
    version.scope,
    version.version_node_id as object_id,
    true as is_tested,
    if(
        version.since_at + to_days(version.days) <= getvariable('as_of')
        and coalesce(last_look.looked_at + to_days(version.days) <= getvariable('as_of'), true),
        'no monitor has looked at it for ' || version.days || ' days',
        null
    ) as finding,
    null as missing,
    coalesce(last_look.looked_at, version.since_at) as since_at,
    [] as evidence
from version
left join last_look on version.version_node_id = last_look.version_node_id;
