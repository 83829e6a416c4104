-- object: silver/dataset_version
-- kind: lake
-- grain: one row per version that a run wrote which a batch touched; the rows of the latest changed_at of a run count
-- sources: lineage.dataset_version, step.touched_io
select
    written.*,
    getvariable('known_at') as changed_at
from lineage.dataset_version as written
semi join step.touched_io as touched on written.run_id = touched.run_id;
