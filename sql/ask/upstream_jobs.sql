-- object: ask.upstream_jobs
-- kind: ask
-- grain: one row per job upstream of $node
-- sources: lineage.upstream_jobs
select *
from lineage.upstream_jobs(
    $node, max_depth := $max_depth, as_of := $as_of, known_at := $known_at
);
