-- object: lineage.cycle
-- kind: macro
-- grain: one row per node whose data comes back to it, or of which that is not known
-- sources: graph.flow, graph.node, graph.node_past
-- clause: nodes that reach each other share a cycle, numbered from 1, the largest first; a node made of itself alone is one of size 1
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which stages, too
-- clause: is_cut: SQL stopped after max_steps before it could tell whether the node is on a cycle, and on which: cycle and size are null, the row one of the last
-- clause: the numbered cycles are whole, each of them, whatever was cut
create or replace macro lineage.cycle(  -- noqa: disable=layout.indent
    as_of := null, known_at := null, max_steps := 1000
) as table
with recursive held as materialized (
    select distinct
        flow.source_number,
        flow.target_number
    from graph.flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

-- An edge is on no cycle if nothing leads to where it begins or from where it ends. That is asked
-- again as long as it leaves out many: what is left of a long chain is told apart faster below.
trimmed (source_number, target_number, turn, edge_count) using key (source_number, target_number) as (
    select
        held.source_number,
        held.target_number,
        0,
        null::bigint
    from held
    where held.source_number != held.target_number
    union
    select
        kept.source_number,
        kept.target_number,
        kept.turn,
        kept.edge_count
    from (
        select
            edge.source_number,
            edge.target_number,
            edge.turn + 1 as turn,
            count(*) over () as edge_count,
            edge.edge_count as former_count
        from trimmed as edge
        where
            edge.source_number in (select before.target_number from trimmed as before)
            and edge.target_number in (select behind.source_number from trimmed as behind)
    ) as kept
    where
        (kept.former_count is null or kept.edge_count < 0.98 * kept.former_count)
        and kept.turn <= max_steps
),

-- Nodes stand in an order that has nothing to do with how they are connected, which keeps few of
-- them first on their way.
core_node as materialized (
    select
        ends.number,
        row_number() over (order by hash(ends.number), ends.number) as place
    from (
        select trimmed.source_number as number
        from trimmed
        where trimmed.turn = (select max(latest.turn) from trimmed as latest)
        union
        select trimmed.target_number
        from trimmed
        where trimmed.turn = (select max(latest.turn) from trimmed as latest)
    ) as ends
),

core as materialized (
    select
        source.place as source_place,
        target.place as target_place
    from trimmed
    inner join core_node as source on trimmed.source_number = source.number
    inner join core_node as target on trimmed.target_number = target.number
    where trimmed.turn = (select max(latest.turn) from trimmed as latest)
),

-- Each node learns the first node of its group that reaches it and the first that it reaches, and
-- what those have learnt. When nothing moves in a group any more, those that learnt the same are
-- the next groups. A group that does not fall apart is done: its first node reaches all of it and
-- is reached by all of it.
told (place, group_place, first_before, first_behind, turn) using key (place) as (
    select
        core_node.place,
        min(core_node.place) over (),
        core_node.place,
        core_node.place,
        0
    from core_node
    union
    select
        step.place,
        if(step.is_moving, step.group_place, step.next_group),
        if(step.is_moving, step.first_before, step.place),
        if(step.is_moving, step.first_behind, step.place),
        step.turn
    from (
        select
            heard.*,
            bool_or(heard.next_group != heard.group_place) over (partition by heard.group_place)
                as is_parting
        from (
            select
                learnt.place,
                learnt.group_place,
                learnt.first_before,
                learnt.first_behind,
                learnt.turn,
                bool_or(learnt.is_moving) over (partition by learnt.group_place) as is_moving,
                min(learnt.place) over (
                    partition by learnt.group_place, learnt.first_before, learnt.first_behind
                ) as next_group
            from (
                select
                    own.place,
                    own.group_place,
                    own.turn + 1 as turn,
                    least(own.first_before, min(said.first_before)) as first_before,
                    least(own.first_behind, min(said.first_behind)) as first_behind,
                    coalesce(min(said.first_before) < own.first_before, false)
                    or coalesce(min(said.first_behind) < own.first_behind, false) as is_moving
                from told as own
                left join (
                    select
                        core.target_place as place,
                        near.group_place,
                        near.first_before,
                        null as first_behind
                    from core
                    inner join told as near on core.source_place = near.place
                    union all
                    select
                        core.source_place as place,
                        near.group_place,
                        null as first_before,
                        near.first_behind
                    from core
                    inner join told as near on core.target_place = near.place
                    union all
                    select
                        far.place,
                        near.group_place,
                        near.first_before,
                        null as first_behind
                    from told as far
                    inner join told as near on far.first_before = near.place
                    union all
                    select
                        far.place,
                        near.group_place,
                        null as first_before,
                        near.first_behind
                    from told as far
                    inner join told as near on far.first_behind = near.place
                ) as said
                    on own.place = said.place and own.group_place = said.group_place
                group by
                    own.place, own.group_place, own.turn, own.first_before, own.first_behind
            ) as learnt
        ) as heard
    ) as step
    where (step.is_moving or step.is_parting) and step.turn <= max_steps
),

grouped as (
    select
        core_node.number,
        told.group_place as group_number,
        bool_or(
            told.first_before != told.group_place or told.first_behind != told.group_place
        ) over (partition by told.group_place) as is_cut
    from told
    inner join core_node on told.place = core_node.place
    union all
    select
        held.source_number,
        -1 - held.source_number,
        false
    from held
    where
        held.source_number = held.target_number
        and held.source_number not in (select one.number from core_node as one)
),

sized as (
    select
        grouped.number,
        grouped.is_cut,
        count(*) over (partition by grouped.group_number) as size,
        min(grouped.number) over (partition by grouped.group_number) as first_number
    from grouped
),

looped as (
    select sized.*
    from sized
    where
        sized.size > 1
        or sized.number in (
            select held.source_number
            from held
            where held.source_number = held.target_number
        )
)

select
    if(
        looped.is_cut,
        null,
        dense_rank() over (order by looped.is_cut, looped.size desc, looped.first_number)
    )::integer as cycle,
    if(looped.is_cut, null, looped.size)::integer as size,
    node.node_id,
    node.kind,
    coalesce(past.stage, node.stage) as stage,
    node.namespace,
    node.name,
    looped.is_cut
from looped
inner join graph.node as node on looped.number = node.number
left join graph.node_past as past
    on
        looped.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
order by looped.is_cut, cycle, looped.number;
