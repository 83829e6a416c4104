-- object: ask.told_of
-- kind: ask
-- grain: one row per node that $node means and of which something was told at $as_of and $known_at
-- sources: graph.told_of
select told.node_id
from graph.told_of($node, $as_of, $known_at) as told;
