-- object: lineage.run_upstream
-- kind: macro
-- grain: one row per (run that stands behind the given one, dataset that it read); a run that read nothing has one row without a dataset
-- sources: graph.runs_behind
-- clause: all that the run read; of each run behind it, what is stated, or taken, to flow into what was read
-- clause: from each input to the run that wrote the version that was read, whatever was written since
-- clause: known_at asks what we had been told then (null: all that we know), of job and state too: a run of which nothing was, has neither and reads nothing

-- noqa: disable=layout.indent
create or replace macro lineage.run_upstream(run, max_depth := null, known_at := null) as table
select behind.*
from graph.runs_behind([{'run_id': run, 'node_id': ''}], max_depth, known_at) as behind
order by behind.depth, behind.run_id, behind.dataset_node_id;
