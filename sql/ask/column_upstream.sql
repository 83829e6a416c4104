-- object: ask.column_upstream
-- kind: ask
-- grain: one row per field upstream of $field of $node
-- sources: lineage.column_upstream
select *
from lineage.column_upstream(
    $node,
    $field,
    max_depth := $max_depth,
    as_of := $as_of,
    known_at := $known_at,
    include_indirect := $include_indirect
);
