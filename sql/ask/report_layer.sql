-- object: ask.report_layer
-- kind: ask
-- grain: one row per stage of data and models: how many nodes stand in it, and from how many of them data reaches a version that serves at an instant
-- sources: lineage.node, graph.node, graph.flow, registry.serving

-- noqa: disable=references.qualification
with recursive walk as (
    select distinct node.number
    from registry.serving as serving
    inner join graph.node as node on serving.version_node_id = node.node_id
    where
        serving.known_to_at is null
        and governance.stands(serving.valid_from_at, serving.valid_to_at, $as_of)
    union
    select flow.source_number as number
    from walk
    inner join graph.flow as flow on walk.number = flow.target_number
    where
        flow.known_to_at is null
        and governance.stands(flow.valid_from_at, flow.valid_to_at, $as_of)
),

behind as (
    select node.node_id
    from walk
    inner join graph.node as node on walk.number = node.number
)

select
    node.stage,
    count(*) as node_count,
    count(behind.node_id) as behind_count
from lineage.node as node
left join behind on node.node_id = behind.node_id
where node.kind = 'dataset'
group by node.stage
order by
    list_position(['raw', 'cleaned', 'feature', 'training', 'unknown'], node.stage), node.stage;
