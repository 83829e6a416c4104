-- object: ask.pack_run_io
-- kind: ask
-- grain: one row per (run of $runs, dataset, direction), with the version that was read or written
-- sources: lineage.run_io
select run_io.*
from lineage.run_io as run_io
where run_io.run_id in (select unnest($runs::varchar[]))
order by all;
