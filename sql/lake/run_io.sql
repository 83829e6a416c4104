-- object: silver/run_io
-- kind: lake
-- grain: one row per input or output of a run that a batch touched; the rows of the latest changed_at of a run count
-- sources: lineage.run_io, step.touched_io
select
    io.*,
    getvariable('known_at') as changed_at
from lineage.run_io as io
semi join step.touched_io as touched on io.run_id = touched.run_id;
