-- object: lineage.unmatched_start
-- kind: view
-- grain: one row per run that started and of whose end nothing was told; streams apart, which run on
-- sources: lineage.run
-- clause: it may still run, or have died, or its last event was lost: later runs of its job tell which is likely
-- column run_id: the run
-- column job_node_id: its job
-- column started_at: its earliest START
-- column later_run_count: how many runs of the job started after it
-- column later_end_count: how many of those have ended
create or replace view lineage.unmatched_start as
select
    run.run_id,
    run.job_node_id,
    run.started_at,
    count(later.run_id) as later_run_count,
    count(later.run_id) filter (where later.is_closed) as later_end_count
from lineage.run as run
left join lineage.run as later
    on run.job_node_id = later.job_node_id and run.started_at < later.started_at
where
    run.started_at is not null
    and not run.is_closed
    and run.state = 'unknown'
group by run.run_id, run.job_node_id, run.started_at;
