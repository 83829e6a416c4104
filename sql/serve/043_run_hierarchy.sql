-- object: lineage.run_hierarchy
-- kind: view
-- grain: one row per run: where it stands under the runs that started it
-- sources: lineage.run
-- clause: a parent is who started a run, never a flow of data
-- column run_id: the run
-- column job_node_id: its job
-- column parent_run_id: the run that started it, as it says
-- column parent_job_node_id: that run's job; null where nothing else was told of it
-- column root_run_id: the run at the top, as it says
-- column top_run_id: the run at the top of its parents, as they say; null where they go round in a circle
-- column depth: how many parents stand above it; null where they go round in a circle
create or replace view lineage.run_hierarchy as
with recursive below (run_id, top_run_id, depth) as (
    select
        run.run_id,
        coalesce(run.parent_run_id, run.run_id) as top_run_id,
        (run.parent_run_id is not null)::integer as depth
    from lineage.run as run
    anti join lineage.run as parent on run.parent_run_id = parent.run_id
    union all
    select
        run.run_id,
        below.top_run_id,
        below.depth + 1
    from below
    inner join lineage.run as run on below.run_id = run.parent_run_id
)

select
    run.run_id,
    run.job_node_id,
    run.parent_run_id,
    parent.job_node_id as parent_job_node_id,
    run.root_run_id,
    below.top_run_id,
    below.depth
from lineage.run as run
left join lineage.run as parent on run.parent_run_id = parent.run_id
left join below on run.run_id = below.run_id;
