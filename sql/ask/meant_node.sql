-- object: ask.meant_node
-- kind: ask
-- grain: one row per node that $node meant, as we had been told at $known_at
-- sources: graph.meant, graph.node

-- noqa: disable=references.qualification
select node.node_id
from graph.meant($node, known_at := $known_at) as meant
inner join graph.node as node on meant.number = node.number
order by node.node_id;
