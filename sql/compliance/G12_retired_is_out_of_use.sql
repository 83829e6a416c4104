-- object: control.G12
-- kind: control
-- grain: one row per version that is retired
-- sources: registry.lifecycle, governance.retirement, registry.retired_in_use, step.in_service, step.version
-- clause: what serves is in use at once; what was asked for answers only after the given days
with told as (
    select
        lifecycle.version_node_id,
        lifecycle.valid_from_at as retired_at
    from registry.lifecycle as lifecycle
    where
        lifecycle.stage = 'retired'
        and governance.stands(lifecycle.valid_from_at, lifecycle.valid_to_at, getvariable('as_of'))
        and graph.holds(lifecycle.known_from_at, lifecycle.known_to_at, getvariable('known_at'))
    union all
    select
        retirement.version_node_id,
        retirement.valid_from_at as retired_at
    from governance.retirement as retirement
    where
        retirement.valid_from_at <= getvariable('as_of')
        and graph.holds(retirement.known_from_at, retirement.known_to_at, getvariable('known_at'))
),

retired as (
    select
        told.version_node_id,
        min(told.retired_at) as retired_at
    from told
    group by told.version_node_id
),

use as (
    select
        used.version_node_id,
        used.use || coalesce(' at ' || used.deployment_node_id, '') as what
    from registry.retired_in_use as used
    left join retired on used.version_node_id = retired.version_node_id
    where
        governance.stands(used.valid_from_at, used.valid_to_at, getvariable('as_of'))
        and graph.holds(used.known_from_at, used.known_to_at, getvariable('known_at'))
        and (
            used.use in ('serves', 'told to serve')
            or used.last_used_at > retired.retired_at + to_days(step.number_of('G12', 'days'))
        )
    union
    select
        service.version_node_id,
        'serves at ' || service.deployment_node_id as what
    from step.in_service as service
    semi join retired on service.version_node_id = retired.version_node_id
),

used as (
    select
        use.version_node_id,
        string_agg(use.what, ', ' order by use.what) as uses
    from use
    group by use.version_node_id
),

member as (
    select retired.version_node_id
    from retired
    union
    select used.version_node_id
    from used
)

select
    version.model_node_id as scope,
    member.version_node_id as object_id,
    true as is_tested,
    'it is retired and in use: ' || used.uses as finding,
    null as missing,
    retired.retired_at as since_at,
    [] as evidence
from member
left join retired on member.version_node_id = retired.version_node_id
left join used on member.version_node_id = used.version_node_id
left join step.version as version on member.version_node_id = version.version_node_id;
