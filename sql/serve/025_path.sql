-- object: lineage.path
-- kind: macro
-- grain: one row per (path from one node to another, node on it): each path through a node once at most, the shortest first
-- sources: graph.meant, graph.flow, graph.node, graph.node_past
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which nodes, names and stages, too
-- clause: of paths of one length the first by the numbers of their nodes; a node to itself is one path without a step
-- clause: is_cut, the same in every row: there are more paths than max_paths, or longer ones than max_depth, or than max_steps, where SQL stops to walk
-- clause: through a cycle is_cut says that there may be more: a way that grows too long is not followed to see whether it arrives
-- clause: where the bounds hide every path, or SQL stopped before it could tell, one row has is_cut alone, all else null: without rows no way leads there
-- clause: where ways outnumber max_walks the shortest are followed: through a cycle some may be missing, and is_cut says so

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.path(
    source,
    target,
    max_paths := 100,
    max_depth := null,
    as_of := null,
    known_at := null,
    max_steps := 2000,
    max_walks := 1000
) as table
with recursive pair as (
    select
        first.number as start_number,
        last.number as end_number
    from graph.meant(source, known_at := known_at) as first
    cross join graph.meant(target, known_at := known_at) as last
),

-- How far each node is from the end, on ways that do not pass the start.
back (start_number, end_number, number, distance) using key (start_number, end_number, number) as (
    select
        pair.start_number,
        pair.end_number,
        pair.end_number,
        0
    from pair
    union
    select
        back.start_number,
        back.end_number,
        flow.source_number,
        min(back.distance) + 1
    from back
    inner join graph.flow as flow on back.number = flow.target_number
    anti join recurring.back as seen
        on
            back.start_number = seen.start_number
            and back.end_number = seen.end_number
            and flow.source_number = seen.number
    where
        back.number != back.start_number
        and back.distance <= max_steps
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    group by back.start_number, back.end_number, flow.source_number
),

-- What also lies behind the start: nothing else is on a path.
ahead (start_number, end_number, number) using key (start_number, end_number, number) as (
    select
        back.start_number,
        back.end_number,
        back.number
    from back
    where back.number = back.start_number
    union
    select distinct
        ahead.start_number,
        ahead.end_number,
        flow.target_number
    from ahead
    inner join graph.flow as flow on ahead.number = flow.source_number
    semi join back
        on
            ahead.start_number = back.start_number
            and ahead.end_number = back.end_number
            and flow.target_number = back.number
    anti join recurring.ahead as seen
        on
            ahead.start_number = seen.start_number
            and ahead.end_number = seen.end_number
            and flow.target_number = seen.number
    where
        ahead.number != ahead.end_number
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

onward as materialized (
    select distinct
        near.start_number,
        near.end_number,
        flow.source_number,
        flow.target_number,
        far.distance
    from ahead as near
    inner join graph.flow as flow on near.number = flow.source_number
    inner join back as far
        on
            near.start_number = far.start_number
            and near.end_number = far.end_number
            and flow.target_number = far.number
    where
        near.number != near.end_number
        and flow.target_number != near.start_number
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

bound as materialized (
    select
        least(max_depth, max_steps) as most_steps,
        greatest(max_walks, max_paths + 1) as most_walks,
        exists (from back where back.distance > max_steps) as is_beyond
),

-- The best beginnings of each length, in slots that the next length takes over. A path that has
-- arrived keeps its place; one that cannot be short enough stays to say that it was left out. The
-- rank is the order of what was passed, found from step to step: to compare long lists is slow.
walk (slot, rank, turn, passed, number, start_number, end_number, length, is_cut) using key (slot) as (
    select
        row_number() over (order by ahead.number, ahead.end_number),
        dense_rank() over (order by ahead.number),
        0,
        [ahead.number],
        ahead.number,
        ahead.start_number,
        ahead.end_number,
        back.distance,
        bound.is_beyond
    from ahead
    inner join back
        on
            ahead.start_number = back.start_number
            and ahead.end_number = back.end_number
            and ahead.number = back.number
    cross join bound
    where ahead.number = ahead.start_number
    union
    select
        grown.slot,
        grown.rank,
        grown.turn,
        grown.passed,
        grown.number,
        grown.start_number,
        grown.end_number,
        grown.length,
        grown.is_cut or grown.step_count > bound.most_walks
    from (
        select
            next.*,
            row_number() over (order by next.length, next.rank) as slot,
            bool_or(next.was_cut) over () as is_cut,
            count(*) over () as step_count
        from (
            select
                dense_rank() over (order by walk.rank, going.target_number nulls first) as rank,
                walk.turn + 1 as turn,
                if(
                    going.target_number is null,
                    walk.passed,
                    list_append(walk.passed, going.target_number)
                ) as passed,
                coalesce(going.target_number, walk.number) as number,
                walk.start_number,
                walk.end_number,
                if(
                    going.target_number is null,
                    walk.length,
                    len(walk.passed) + going.distance
                ) as length,
                walk.is_cut as was_cut
            from walk
            cross join bound
            left join onward as going
                on
                    walk.start_number = going.start_number
                    and walk.end_number = going.end_number
                    and walk.number = going.source_number
                    and walk.length <= bound.most_steps
                    and not list_contains(walk.passed, going.target_number)
            where
                going.target_number is not null
                or walk.number = walk.end_number
                or walk.length > bound.most_steps
        ) as next
        where
            exists (
                from walk
                cross join bound
                where walk.number != walk.end_number and walk.length <= bound.most_steps
            )
    ) as grown
    cross join bound
    where grown.slot <= bound.most_walks
),

latest as (
    select
        walk.passed,
        walk.length,
        walk.number = walk.end_number as has_arrived,
        walk.length <= bound.most_steps as is_short,
        walk.is_cut
    from walk
    cross join bound
    where walk.turn = (select max(one.turn) from walk as one)
),

told as (
    select
        latest.passed,
        row_number() over (order by latest.length, latest.passed) as path
    from latest
    where latest.has_arrived and latest.is_short
),

-- What is left out: by the walk, by how long a path may be, by how many are asked for.
missing as (
    select
        bound.is_beyond
        or exists (from latest where latest.is_cut or not latest.is_short)
        or (select count(*) from told) > max_paths as is_cut
    from bound
),

chosen as (
    select
        told.path,
        told.passed,
        missing.is_cut
    from told
    cross join missing
    where told.path <= max_paths
    union all
    select
        null,
        [null],
        true
    from missing
    where missing.is_cut and not exists (from told where told.path <= max_paths)
),

placed as (
    select
        chosen.path,
        chosen.is_cut,
        unnest(chosen.passed) as number,
        generate_subscripts(chosen.passed, 1) - 1 as step
    from chosen
)

select
    placed.path::integer as path,
    if(placed.path is null, null, placed.step)::integer as step,
    node.node_id,
    node.kind,
    coalesce(past.stage, node.stage) as stage,
    node.namespace,
    node.name,
    placed.is_cut
from placed
left join graph.node as node on placed.number = node.number
left join graph.node_past as past
    on
        placed.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
order by placed.path, placed.step;
