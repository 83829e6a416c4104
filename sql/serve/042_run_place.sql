-- object: graph.run_place
-- kind: macro
-- grain: one row per run that told of itself or that another names as its parent or root: who started it
-- sources: lineage.run_at
-- clause: what a run tells of itself counts before what others say of it; of others the one that began last
-- clause: a parent that tells no parent of its own stands under the root that its runs name, unless that stands under it
create or replace macro graph.run_place(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
with recursive told as materialized (
    select * from lineage.run_at(as_of := as_of, known_at := known_at)
),

naming as (
    select
        told.*,
        coalesce(told.started_at, told.ended_at, '-infinity'::timestamptz) as said_at
    from told
    where told.parent_run_id is not null
),

named as (
    select
        either.run_id,
        max({'at': either.said_at, 'by': either.by_run_id, 'job': either.job_node_id}).job
            as job_node_id
    from (
        select
            naming.parent_run_id as run_id,
            naming.said_at,
            naming.run_id as by_run_id,
            naming.parent_job_node_id as job_node_id
        from naming
        union all
        select
            naming.root_run_id as run_id,
            naming.said_at,
            naming.run_id as by_run_id,
            naming.root_job_node_id as job_node_id
        from naming
        where naming.root_run_id is not null
    ) as either
    group by either.run_id
),

topped as (
    select
        naming.parent_run_id as run_id,
        max({
            'at': naming.said_at,
            'by': naming.run_id,
            'root': naming.root_run_id,
            'job': naming.root_job_node_id
        }) as latest
    from naming
    anti join naming as own on naming.parent_run_id = own.run_id
    where naming.root_run_id != naming.parent_run_id
    group by naming.parent_run_id
),

above_root (run_id, above_run_id) as (
    select
        topped.run_id,
        topped.latest.root as above_run_id
    from topped
    union
    select
        above_root.run_id,
        naming.parent_run_id as above_run_id
    from above_root
    inner join naming on above_root.above_run_id = naming.run_id
),

placed as (
    select topped.*
    from topped
    anti join above_root
        on topped.run_id = above_root.run_id and topped.run_id = above_root.above_run_id
)

select
    run_id,
    coalesce(run.job_node_id, named.job_node_id) as job_node_id,
    run.state,
    run.started_at,
    run.ended_at,
    coalesce(run.parent_run_id, placed.latest.root) as parent_run_id,
    coalesce(
        parent.job_node_id, run.parent_job_node_id, placed.latest.job
    ) as parent_job_node_id,
    run.root_run_id,
    run.run_id is null as is_only_named
from told as run
full join named using (run_id)
left join placed using (run_id)
left join told as parent on coalesce(run.parent_run_id, placed.latest.root) = parent.run_id;
