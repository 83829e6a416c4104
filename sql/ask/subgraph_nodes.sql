-- object: ask.subgraph_nodes
-- kind: ask
-- grain: one row per node of $nodes, as it was known at $known_at, or if it was not, as it is today
-- clause: when it was seen is known of today alone
-- sources: lineage.node_history, lineage.node
with told as (
    select history.*
    from lineage.node_history as history
    where
        history.node_id in (select unnest($nodes::varchar[]))
        and (
            graph.holds(history.known_from_at, history.known_to_at, $known_at)
            or history.known_to_at is null
        )
    qualify
        row_number() over (partition by history.node_id order by history.known_from_at) = 1
),

seen as (
    select
        node.node_id,
        node.first_seen_at,
        node.last_seen_at
    from lineage.node as node
    where $known_at::timestamptz is null
)

select
    told.node_id,
    told.kind,
    told.namespace,
    told.name,
    coalesce(told.stage, 'unknown') as stage,
    coalesce(told.stage_rule, 'none') as stage_rule,
    coalesce(told.stage_confidence, '') as stage_confidence,
    seen.first_seen_at,
    seen.last_seen_at
from told
left join seen on told.node_id = seen.node_id
order by told.node_id;
