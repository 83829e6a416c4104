-- object: ask.diff
-- kind: ask
-- grain: one row per difference between the lineage of $node at two times
-- sources: lineage.diff
select *
from lineage.diff(
    $node,
    from_at := $from_at,
    to_at := $to_at,
    from_known_at := $from_known_at,
    to_known_at := $to_known_at,
    max_depth := $max_depth
);
