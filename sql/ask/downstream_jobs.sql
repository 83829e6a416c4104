-- object: ask.downstream_jobs
-- kind: ask
-- grain: one row per job downstream of $node
-- sources: lineage.downstream_jobs
select *
from lineage.downstream_jobs(
    $node, max_depth := $max_depth, as_of := $as_of, known_at := $known_at
);
