-- object: lineage.run_hierarchy
-- kind: macro
-- grain: one row per run: where it stands under the runs that started it
-- sources: lineage.run_at
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
-- clause: a parent is who started a run, never a flow of data
create or replace macro lineage.run_hierarchy(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
with recursive told as materialized (
    select * from lineage.run_at(as_of := as_of, known_at := known_at)
),

below (run_id, top_run_id, depth) as (
    select
        run.run_id,
        coalesce(run.parent_run_id, run.run_id) as top_run_id,
        (run.parent_run_id is not null)::integer as depth
    from told as run
    anti join told as parent on run.parent_run_id = parent.run_id
    union all
    select
        run.run_id,
        below.top_run_id,
        below.depth + 1
    from below
    inner join told as run on below.run_id = run.parent_run_id
)

select
    run.run_id,
    run.job_node_id,
    run.parent_run_id,
    parent.job_node_id as parent_job_node_id,
    run.root_run_id,
    below.top_run_id,
    below.depth
from told as run
left join told as parent on run.parent_run_id = parent.run_id
left join below on run.run_id = below.run_id;
