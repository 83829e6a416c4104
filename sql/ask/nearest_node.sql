-- object: ask.nearest_node
-- kind: ask
-- grain: one row per node whose identifier is most like $node; three at most
-- sources: lineage.node
select node.node_id
from lineage.node as node
order by jaro_winkler_similarity(node.node_id, $node) desc, node.node_id
limit 3;
