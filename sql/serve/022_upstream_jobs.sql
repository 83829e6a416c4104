-- object: lineage.upstream_jobs
-- kind: macro
-- grain: one row per job by which data reaches the given node or job
-- sources: graph.meant, graph.flow, graph.node, graph.node_past
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which nodes, names and stages, too
-- clause: depth counts jobs on the shortest way; of a job, what it reads counts, and the job itself stands at depth 0
-- clause: is_cut, the same in every row: edges go on behind max_depth, or behind max_steps, where SQL stops to walk
create or replace macro lineage.upstream_jobs(
    node, max_depth := null, as_of := null, known_at := null, max_steps := 1000
) as table
with recursive start as (
    select meant.number
    from graph.meant(node, known_at := known_at) as meant
),

seed as (
    select start.number
    from start
    union
    select flow.source_number
    from graph.flow as flow
    semi join start on flow.job_number = start.number
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

walk (number, depth) using key (number) as (
    select
        seed.number,
        0
    from seed
    union
    select
        flow.source_number,
        min(walk.depth) + 1
    from walk
    inner join graph.flow as flow on walk.number = flow.target_number
    anti join recurring.walk as seen on flow.source_number = seen.number
    where
        walk.depth < least(max_depth, max_steps)
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    group by flow.source_number
),

moving as (
    select
        flow.job_number as number,
        walk.depth + 1 as depth
    from walk
    inner join graph.flow as flow on walk.number = flow.target_number
    where
        flow.job_number is not null
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    union all
    select
        start.number,
        0
    from start
    inner join graph.node as node on start.number = node.number
    where node.kind = 'job'
),

reached as (
    select
        moving.number,
        min(moving.depth) as depth,
        max(min(moving.depth)) over () > least(max_depth, max_steps) as is_cut
    from moving
    group by moving.number
)

select
    node.node_id,
    reached.depth,
    node.kind,
    coalesce(past.stage, node.stage) as stage,
    node.namespace,
    node.name,
    reached.is_cut
from reached
inner join graph.node as node on reached.number = node.number
left join graph.node_past as past
    on
        reached.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
where reached.depth <= least(max_depth, max_steps)
order by reached.depth, reached.number;
