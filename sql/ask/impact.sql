-- object: ask.impact
-- kind: ask
-- grain: one row per column, dataset, job, model, model version or deployment that a change of $node reaches
-- sources: lineage.impact
select *
from lineage.impact(
    $node,
    field := $field,
    max_depth := $max_depth,
    as_of := $as_of,
    known_at := $known_at
);
