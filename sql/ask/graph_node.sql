-- object: ask.graph_node
-- kind: ask
-- grain: one row per node, by its number
-- sources: graph.node
select
    node.node_id,
    node.kind,
    node.stage,
    node.namespace,
    node.name
from graph.node as node
order by node.number;
