-- object: lineage.job_hierarchy
-- kind: macro
-- grain: one row per (job, job whose runs started its runs)
-- sources: lineage.run_at
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
create or replace macro lineage.job_hierarchy(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
with told as (
    select * from lineage.run_at(as_of := as_of, known_at := known_at)
)

select
    parent.job_node_id as parent_job_node_id,
    run.job_node_id,
    count(*) as run_count,
    min(run.started_at) as first_started_at,
    max(run.started_at) as last_started_at
from told as run
inner join told as parent on run.parent_run_id = parent.run_id
group by parent.job_node_id, run.job_node_id;
