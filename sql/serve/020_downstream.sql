-- object: lineage.downstream
-- kind: macro
-- grain: one row per node that data of the given one reaches; that node itself at depth 0
-- sources: graph.meant, graph.flow, graph.node, graph.node_past
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which nodes, names and stages, too
-- clause: of a job, what it writes stands at depth 1; other jobs are in lineage.downstream_jobs
-- clause: is_cut, the same in every row: edges go on behind max_depth, or behind max_steps, where SQL stops to walk
create or replace macro lineage.downstream(
    node, max_depth := null, as_of := null, known_at := null, max_steps := 1000
) as table
with recursive start as (
    select meant.number
    from graph.meant(node, known_at := known_at) as meant
),

job as (
    select start.number
    from start
    inner join graph.node as node on start.number = node.number
    where node.kind = 'job'
),

seed as (
    select
        start.number,
        0 as depth
    from start
    union
    select
        flow.target_number,
        1
    from graph.flow as flow
    semi join job on flow.job_number = job.number
    where
        -- Of a node that is no job the bounds are null: no flow is looked at.
        flow.job_number between (select min(job.number) from job) and (select max(job.number) from job)
        and flow.basis is distinct from 'registry'
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

walk (number, depth) using key (number) as (
    select
        seed.number,
        seed.depth
    from seed
    union
    select
        flow.target_number,
        min(walk.depth) + 1
    from walk
    inner join graph.flow as flow on walk.number = flow.source_number
    anti join recurring.walk as seen on flow.target_number = seen.number
    where
        walk.depth <= least(max_depth, max_steps)
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    group by flow.target_number
),

reached as (
    select
        walk.number,
        walk.depth,
        max(walk.depth) over () > least(max_depth, max_steps) as is_cut
    from walk
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
