-- object: lineage.column_downstream
-- kind: macro
-- grain: one row per (node, field) that the given field goes into or steers; itself at depth 0
-- sources: graph.meant, graph.column_flow, graph.field, graph.stated_field, graph.node
-- clause: what a whole dataset depends on reaches every field that its schema or its lineage names
-- clause: is_masked holds where every way passes a masking transformation
-- clause: is_cut, the same in every row: edges go on behind max_depth, or behind max_steps, where SQL stops to walk
create or replace macro lineage.column_downstream(
    node, field, max_depth := null, as_of := null, known_at := null, include_indirect := true,
    max_steps := 1000
) as table
with recursive asked as (
    select meant.number
    from graph.meant(node, known_at := known_at) as meant
),

start as (
    select
        asked.number as node_number,
        coalesce(named.number, -1) as number
    from asked
    left join graph.field as named
        on asked.number = named.node_number and named.field = field::varchar
),

known_field as materialized (
    select stated.*
    from graph.stated_field(as_of, known_at) as stated
),

whole as materialized (
    select distinct
        flow.source_number,
        known_field.number as target_number,
        known_field.node_number as target_node_number,
        flow.is_masking
    from graph.column_flow as flow
    inner join known_field on flow.target_node_number = known_field.node_number
    where
        flow.target_number is null
        and (include_indirect or not flow.is_indirect)
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

walk (number, node_number, is_masked, depth) using key (number, node_number, is_masked) as (
    select
        start.number,
        start.node_number,
        false,
        0
    from start
    union
    select
        step.number,
        step.node_number,
        step.is_masked,
        min(step.depth)
    from (
        select
            flow.target_number as number,
            flow.target_node_number as node_number,
            walk.is_masked or flow.is_masking as is_masked,
            walk.depth + 1 as depth
        from walk
        inner join graph.column_flow as flow on walk.number = flow.source_number
        where
            flow.target_number is not null
            and walk.depth <= least(max_depth, max_steps)
            and (include_indirect or not flow.is_indirect)
            and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
            and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
        union all
        select
            whole.target_number,
            whole.target_node_number,
            walk.is_masked or whole.is_masking,
            walk.depth + 1
        from walk
        inner join whole on walk.number = whole.source_number
        where walk.depth <= least(max_depth, max_steps)
    ) as step
    anti join recurring.walk as seen
        on step.number = seen.number and step.is_masked = seen.is_masked
    group by step.number, step.node_number, step.is_masked
),

reached as (
    select
        walk.*,
        max(walk.depth) over () > least(max_depth, max_steps) as is_cut
    from walk
),

told as (
    select
        reached.number,
        reached.node_number,
        min(reached.depth) as depth,
        bool_and(reached.is_masked) as is_masked,
        bool_or(reached.is_cut) as is_cut
    from reached
    where reached.depth <= least(max_depth, max_steps)
    group by reached.number, reached.node_number
)

select
    node.node_id,
    coalesce(named.field, field::varchar) as field,
    told.depth,
    told.is_masked,
    told.is_cut
from told
inner join graph.node as node on told.node_number = node.number
left join graph.field as named on told.number = named.number
order by told.depth, node.node_id, named.field;
