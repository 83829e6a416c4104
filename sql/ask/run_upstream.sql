-- object: ask.run_upstream
-- kind: ask
-- grain: one row per (run that stands behind $run, dataset that it read)
-- sources: lineage.run_upstream
select *
from lineage.run_upstream($run, max_depth := $max_depth, known_at := $known_at);
