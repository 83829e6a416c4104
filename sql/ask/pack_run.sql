-- object: ask.pack_run
-- kind: ask
-- grain: one row per run of $runs
-- sources: lineage.run
select run.*
from lineage.run as run
where run.run_id in (select unnest($runs::varchar[]))
order by run.run_id, run.job_node_id;
