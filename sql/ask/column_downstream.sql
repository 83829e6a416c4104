-- object: ask.column_downstream
-- kind: ask
-- grain: one row per field downstream of $field of $node
-- sources: lineage.column_downstream
select *
from lineage.column_downstream(
    $node,
    $field,
    max_depth := $max_depth,
    as_of := $as_of,
    known_at := $known_at,
    include_indirect := $include_indirect
);
