-- object: ask.job_hierarchy
-- kind: ask
-- grain: one row per (job whose runs started those of $node, or were started by them, at any remove; job whose runs started its runs)
-- sources: lineage.job_hierarchy
with recursive hierarchy as materialized (
    select *
    from lineage.job_hierarchy(as_of := $as_of::timestamptz, known_at := $known_at::timestamptz)
),

above (job_node_id, level) using key (job_node_id) as (
    select
        $node::varchar,
        0
    union
    select
        started.parent_job_node_id,
        max(above.level) - 1
    from above
    inner join hierarchy as started on above.job_node_id = started.job_node_id
    anti join recurring.above as seen on started.parent_job_node_id = seen.job_node_id
    group by started.parent_job_node_id
),

below (job_node_id, level) using key (job_node_id) as (
    select
        $node::varchar,
        0
    union
    select
        started.job_node_id,
        min(below.level) + 1
    from below
    inner join hierarchy as started on below.job_node_id = started.parent_job_node_id
    anti join recurring.below as seen on started.job_node_id = seen.job_node_id
    group by started.job_node_id
),

placed as (
    select above.*
    from above
    union all
    select below.*
    from below
    anti join above on below.job_node_id = above.job_node_id
)

select
    placed.level,
    placed.job_node_id,
    started.parent_job_node_id,
    started.run_count,
    started.first_started_at,
    started.last_started_at
from placed
left join hierarchy as started
    on
        placed.job_node_id = started.job_node_id
        and started.parent_job_node_id in (select near.job_node_id from placed as near)
order by placed.level, placed.job_node_id, started.parent_job_node_id;
