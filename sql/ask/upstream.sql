-- object: ask.upstream
-- kind: ask
-- grain: one row per node upstream of $node
-- sources: lineage.upstream
select *
from lineage.upstream(
    $node, max_depth := $max_depth, as_of := $as_of, known_at := $known_at
);
