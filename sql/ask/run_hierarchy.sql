-- object: ask.run_hierarchy
-- kind: ask
-- grain: one row per run that started $run, or that it started, at any remove, and $run itself at level 0
-- sources: graph.run_place
with recursive told as materialized (
    select *
    from graph.run_place(as_of := $as_of::timestamptz, known_at := $known_at::timestamptz)
),

above (run_id, level) using key (run_id) as (
    select
        $run::varchar,
        0
    union
    select
        run.parent_run_id,
        max(above.level) - 1
    from above
    inner join told as run on above.run_id = run.run_id
    anti join recurring.above as seen on run.parent_run_id = seen.run_id
    where run.parent_run_id is not null
    group by run.parent_run_id
),

below (run_id, level) using key (run_id) as (
    select
        $run::varchar,
        0
    union
    select
        run.run_id,
        min(below.level) + 1
    from below
    inner join told as run on below.run_id = run.parent_run_id
    anti join recurring.below as seen on run.run_id = seen.run_id
    group by run.run_id
),

placed as (
    select above.*
    from above
    union all
    select below.*
    from below
    anti join above on below.run_id = above.run_id
)

select
    placed.level,
    placed.run_id,
    run.job_node_id,
    run.state,
    run.started_at,
    run.ended_at,
    run.parent_run_id
from placed
left join told as run on placed.run_id = run.run_id
order by placed.level, run.started_at, placed.run_id;
