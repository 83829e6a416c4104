-- object: lineage.cycle
-- kind: macro
-- grain: one row per node whose data comes back to it
-- sources: graph.flow, graph.node, graph.node_past
-- clause: nodes that reach each other share a cycle, numbered from 1, the largest first; a node made of itself alone is one of size 1
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which stages, too
-- clause: is_cut, the same in every row: SQL stopped after max_steps; by then cycles may not be told apart, nor from what they are made of or lead to
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

-- An edge is on no cycle if nothing leads to where it begins or from where it ends: what is left
-- after some rounds is little.
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
    where kept.edge_count is distinct from kept.former_count and kept.turn <= max_steps
),

core as materialized (
    select
        trimmed.source_number,
        trimmed.target_number
    from trimmed
    where trimmed.turn = (select max(latest.turn) from trimmed as latest)
),

-- Each node learns the least node of its group that reaches it and the least that it reaches;
-- those that learnt the same are the next groups, until no group falls apart: then its least node
-- reaches all of it and is reached by all of it.
told (number, group_number, first_before, first_behind, turn) using key (number) as (
    select
        ends.number,
        min(ends.number) over (),
        ends.number,
        ends.number,
        0
    from (
        select core.source_number as number
        from core
        union
        select core.target_number
        from core
    ) as ends
    union
    select
        step.number,
        if(step.is_moving, step.group_number, step.next_group),
        if(step.is_moving, step.first_before, step.number),
        if(step.is_moving, step.first_behind, step.number),
        step.turn
    from (
        select
            heard.*,
            bool_or(heard.next_group != heard.group_number) over () as is_parting
        from (
            select
                learnt.number,
                learnt.group_number,
                learnt.first_before,
                learnt.first_behind,
                learnt.turn,
                bool_or(learnt.is_moving) over () as is_moving,
                min(learnt.number) over (
                    partition by learnt.group_number, learnt.first_before, learnt.first_behind
                ) as next_group
            from (
                select
                    own.number,
                    own.group_number,
                    own.turn + 1 as turn,
                    least(own.first_before, min(said.first_before)) as first_before,
                    least(own.first_behind, min(said.first_behind)) as first_behind,
                    coalesce(min(said.first_before) < own.first_before, false)
                    or coalesce(min(said.first_behind) < own.first_behind, false) as is_moving
                from told as own
                left join (
                    select
                        core.target_number as number,
                        near.group_number,
                        near.first_before,
                        null as first_behind
                    from core
                    inner join told as near on core.source_number = near.number
                    union all
                    select
                        core.source_number as number,
                        near.group_number,
                        null as first_before,
                        near.first_behind
                    from core
                    inner join told as near on core.target_number = near.number
                ) as said
                    on own.number = said.number and own.group_number = said.group_number
                group by
                    own.number, own.group_number, own.turn, own.first_before, own.first_behind
            ) as learnt
        ) as heard
    ) as step
    where (step.is_moving or step.is_parting) and step.turn <= max_steps
),

grouped as (
    select
        told.number,
        told.group_number,
        told.turn >= max_steps as is_cut
    from told
    union all
    select
        held.source_number,
        held.source_number,
        false
    from held
    where
        held.source_number = held.target_number
        and held.source_number not in (select one.number from told as one)
),

sized as (
    select
        grouped.number,
        count(*) over (partition by grouped.group_number) as size,
        min(grouped.number) over (partition by grouped.group_number) as first_number,
        bool_or(grouped.is_cut) over () as is_cut
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
    dense_rank() over (order by looped.size desc, looped.first_number)::integer as cycle,
    looped.size::integer as size,
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
order by cycle, looped.number;
