-- object: ask.subgraph_nodes
-- kind: ask
-- grain: one row per node of $nodes
-- sources: lineage.node
select
    node.node_id,
    node.kind,
    node.namespace,
    node.name,
    coalesce(node.stage, 'unknown') as stage,
    coalesce(node.stage_rule, 'none') as stage_rule,
    coalesce(node.stage_confidence, '') as stage_confidence,
    node.first_seen_at,
    node.last_seen_at
from lineage.node as node
where node.node_id in (select unnest($nodes::varchar[]))
order by node.node_id;
