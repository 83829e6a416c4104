-- object: silver/run_input
-- kind: lake
-- grain: one row per input of a run that a batch touched; the rows of the latest changed_at of a run count
-- sources: lineage.run_input, step.touched_input
select
    read.*,
    getvariable('known_at') as changed_at
from lineage.run_input as read
semi join step.touched_input as touched on read.run_id = touched.run_id;
