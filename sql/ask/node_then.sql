-- object: ask.node_then
-- kind: ask
-- grain: one row per node that $node means, if it had been told of at $known_at
-- sources: graph.meant, graph.node, lineage.node_history

-- noqa: disable=references.qualification
select node.node_id
from graph.meant($node, known_at := $known_at) as meant
inner join graph.node as node on meant.number = node.number
inner join lineage.node_history as told on node.node_id = told.node_id
where graph.holds(told.known_from_at, told.known_to_at, $known_at);
