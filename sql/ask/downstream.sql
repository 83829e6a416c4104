-- object: ask.downstream
-- kind: ask
-- grain: one row per node downstream of $node
-- sources: lineage.downstream
select *
from lineage.downstream(
    $node, max_depth := $max_depth, as_of := $as_of, known_at := $known_at
);
