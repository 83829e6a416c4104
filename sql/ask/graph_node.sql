-- object: ask.graph_node
-- kind: ask
-- grain: one row per node, as a rule in the order of its number
-- sources: graph.node
select
    node.number,
    node.node_id,
    node.kind,
    node.stage,
    node.namespace,
    node.name
from graph.node as node;
