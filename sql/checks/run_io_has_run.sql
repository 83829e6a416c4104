-- object: checks.run_io_has_run
-- kind: check
-- grain: one row per run input or output whose run is unknown
-- sources: lineage.run_io, lineage.run
select
    io.run_id,
    io.dataset_node_id
from lineage.run_io as io
anti join lineage.run as run on io.run_id = run.run_id;
