-- object: ask.graph_alias
-- kind: ask
-- grain: one row per (alias, number of a node for which it stands)
-- sources: lineage.alias, graph.node
select distinct
    alias.alias_node_id,
    node.number
from lineage.alias as alias
inner join graph.node as node on alias.node_id = node.node_id
where alias.known_to_at is null
order by alias.alias_node_id, node.number;
