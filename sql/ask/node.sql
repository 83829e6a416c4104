-- object: ask.node
-- kind: ask
-- grain: one row per node whose identifier or alias contains $pattern; % and _ match as in LIKE
-- sources: lineage.node, lineage.alias
with asked as (
    select
        lower($pattern) as word,
        $pattern as template
)

select
    node.node_id,
    node.kind,
    node.stage,
    node.stage_rule,
    node.first_seen_at,
    node.last_seen_at,
    string_agg(distinct alias.alias_node_id, ', ' order by alias.alias_node_id) as aliases
from lineage.node as node
cross join asked
left join lineage.alias as alias on node.node_id = alias.node_id and alias.known_to_at is null
where
    contains(lower(node.node_id), asked.word)
    or node.node_id ilike asked.template
    or contains(lower(alias.alias_node_id), asked.word)
    or alias.alias_node_id ilike asked.template
group by all
order by node.node_id;
