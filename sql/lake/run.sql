-- object: silver/run
-- kind: lake
-- grain: one row per run that a batch touched; the latest changed_at counts
-- sources: lineage.run, step.touched_run
select
    run.*,
    getvariable('known_at') as changed_at
from lineage.run as run
semi join step.touched_run as touched on run.run_id = touched.run_id;
