-- object: ask.graph_alias
-- kind: ask
-- grain: one row per (alias, number of a node for which it stands)
-- sources: lineage.alias, graph.node
-- clause: precedence as in graph.meant: 1 an alias at $known_at, 3 one of today alone

-- noqa: disable=references.qualification
select
    alias.alias_node_id,
    node.number,
    min(if(graph.holds(alias.known_from_at, alias.known_to_at, $known_at), 1, 3)) as precedence
from lineage.alias as alias
inner join graph.node as node on alias.node_id = node.node_id
where
    alias.known_to_at is null
    or graph.holds(alias.known_from_at, alias.known_to_at, $known_at)
group by alias.alias_node_id, node.number
order by alias.alias_node_id, node.number;
