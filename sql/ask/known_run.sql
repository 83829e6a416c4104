-- object: ask.known_run
-- kind: ask
-- grain: one row if $run is the id of a run
-- sources: lineage.run
select run.run_id
from lineage.run as run
where run.run_id = $run;
