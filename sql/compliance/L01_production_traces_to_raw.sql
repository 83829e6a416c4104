-- object: control.L01
-- kind: control
-- grain: one row per version that serves in production
-- sources: step.in_service, step.upstream, graph.flow
-- clause: a dataset to which nothing leads is to be raw; of one that is in no known stage nobody can say
with fed as (
    select distinct flow.target_number as number
    from graph.flow as flow
    where
        flow.source_number != flow.target_number
        and graph.holds(flow.valid_from_at, flow.valid_to_at, getvariable('as_of'))
        and graph.holds(flow.known_from_at, flow.known_to_at, getvariable('known_at'))
),

leaf as (
    select
        upstream.version_node_id,
        upstream.node_id,
        upstream.stage
    from step.upstream as upstream
    anti join fed on upstream.number = fed.number
    where upstream.kind = 'dataset'
),

version as (
    select
        service.version_node_id,
        min(service.model_node_id) as scope,
        min(service.deployed_at) as since_at
    from step.in_service as service
    group by service.version_node_id
),

judged as (
    select
        version.version_node_id,
        version.scope,
        version.since_at,
        count(leaf.node_id) as leaf_count,
        list_sort(list(leaf.node_id) filter (where leaf.stage not in ('raw', 'unknown'))) as astray,
        list_sort(list(leaf.node_id) filter (where leaf.stage = 'unknown')) as unknown
    from version
    left join leaf on version.version_node_id = leaf.version_node_id
    group by version.version_node_id, version.scope, version.since_at
)

select
    judged.scope,
    judged.version_node_id as object_id,
    judged.unknown is null as is_tested,
    case
        when judged.leaf_count = 0 then 'no data is known to lead to it'
        when judged.astray is not null
            then
                'nothing is known to lead to ' || array_to_string(judged.astray, ', ') || ', which is not raw'
    end as finding,
    if(
        judged.unknown is null,
        null,
        'nobody says of what stage ' || array_to_string(judged.unknown, ', ') || ' is'
    ) as missing,
    judged.since_at,
    judged.astray as evidence
from judged;
