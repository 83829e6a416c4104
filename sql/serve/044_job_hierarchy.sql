-- object: lineage.job_hierarchy
-- kind: view
-- grain: one row per (job, job whose runs started its runs)
-- sources: lineage.run
-- column parent_job_node_id: the job whose runs are the parents
-- column job_node_id: the job whose runs they started
-- column run_count: how many runs of the job they started
-- column first_started_at: the earliest of these runs; null where no START arrived
-- column last_started_at: the latest of them
create or replace view lineage.job_hierarchy as
select
    parent.job_node_id as parent_job_node_id,
    run.job_node_id,
    count(*) as run_count,
    min(run.started_at) as first_started_at,
    max(run.started_at) as last_started_at
from lineage.run as run
inner join lineage.run as parent on run.parent_run_id = parent.run_id
group by parent.job_node_id, run.job_node_id;
