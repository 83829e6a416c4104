-- object: ask.report_trace
-- kind: ask
-- grain: one row per (state, how far back its lineage leads): how many versions that a registry lists at an instant
-- sources: registry.model_version, registry.serving, graph.node, graph.flow
-- clause: is_serving: whether it serves anywhere
-- clause: begins: raw: all data that nothing leads to are raw; astray: some are at a later stage, so that where they come from is not told; unknown: of some nobody says at what stage they are; nothing: no data is known to lead to it
-- clause: the four are of the graph as a whole: each node is looked at once, however many versions stand behind it
with recursive flow as (
    select
        flow.source_number,
        flow.target_number
    from graph.flow as flow
    where
        flow.source_number != flow.target_number
        and flow.known_to_at is null
        and governance.stands(flow.valid_from_at, flow.valid_to_at, $as_of)
),

walk as (
    select
        node.number,
        case node.stage when 'raw' then 'raw' when 'unknown' then 'unknown' else 'astray' end as begins
    from graph.node as node
    where
        node.kind = 'dataset'
        and node.known_to_at is null
        and node.number not in (select flow.target_number from flow)
    union
    select
        flow.target_number as number,
        walk.begins
    from walk
    inner join flow on walk.number = flow.source_number
),

reached as (
    select
        walk.number,
        case
            when bool_or(walk.begins = 'astray') then 'astray'
            when bool_or(walk.begins = 'unknown') then 'unknown'
            else 'raw'
        end as begins
    from walk
    group by walk.number
),

version as (
    select distinct version.version_node_id
    from registry.model_version as version
    where
        version.known_to_at is null
        and governance.stands(version.valid_from_at, version.valid_to_at, $as_of)
),

serving as (
    select distinct serving.version_node_id
    from registry.serving as serving
    where
        serving.known_to_at is null
        and governance.stands(serving.valid_from_at, serving.valid_to_at, $as_of)
)

select
    serving.version_node_id is not null as is_serving,
    coalesce(reached.begins, 'nothing') as begins,
    count(*) as version_count
from version
left join graph.node as node on version.version_node_id = node.node_id
left join reached on node.number = reached.number
left join serving on version.version_node_id = serving.version_node_id
group by all
order by all;
