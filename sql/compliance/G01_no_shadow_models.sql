-- object: control.G01
-- kind: control
-- grain: one row per deployment with what serves there, or model that is asked for answers
-- sources: registry.serving, registry.shadow_model, step.version
-- clause: what was registered only after it began to serve is an exception for as long as it serves
with serving as (
    select
        serving.deployment_node_id,
        serving.version_node_id,
        serving.model,
        serving.version
    from registry.serving as serving
    where
        governance.stands(serving.valid_from_at, serving.valid_to_at, getvariable('as_of'))
        and graph.holds(serving.known_from_at, serving.known_to_at, getvariable('known_at'))
),

shadow as (
    select
        shadow.deployment_node_id,
        shadow.model,
        shadow.version,
        shadow.reason,
        shadow.first_seen_at,
        shadow.sources
    from registry.shadow_model as shadow
    where
        graph.holds(shadow.known_from_at, shadow.known_to_at, getvariable('known_at'))
        and shadow.first_seen_at <= getvariable('as_of')
        and (
            governance.stands(shadow.valid_from_at, shadow.valid_to_at, getvariable('as_of'))
            or (
                shadow.reason = 'registered later'
                and exists (
                    select 1
                    from serving
                    where
                        serving.model is not distinct from shadow.model
                        and serving.version is not distinct from shadow.version
                )
            )
        )
)

select
    null as scope,
    coalesce(
        shadow.deployment_node_id,
        'model ' || shadow.model || coalesce(' version ' || shadow.version, '')
    ) as object_id,
    true as is_tested,
    coalesce(shadow.model || coalesce(' ' || shadow.version, ''), 'something')
    || ': '
    || shadow.reason as finding,
    null as missing,
    shadow.first_seen_at as since_at,
    shadow.sources as evidence
from shadow
union all
select
    version.model_node_id as scope,
    serving.deployment_node_id as object_id,
    true as is_tested,
    null as finding,
    null as missing,
    null::timestamptz as since_at,
    [serving.version_node_id] as evidence
from serving
left join step.version as version on serving.version_node_id = version.version_node_id
anti join shadow
    on
        serving.deployment_node_id is not distinct from shadow.deployment_node_id
        and serving.model is not distinct from shadow.model
        and serving.version is not distinct from shadow.version;
