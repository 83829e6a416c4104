-- object: lineage.column_downstream
-- kind: macro
-- grain: one row per (node, field) that the given field goes into or steers; itself at depth 0
-- sources: graph.meant, graph.column_flow, graph.overlapping_field, graph.schema_field, graph.field, graph.node
-- clause: a field overlaps what lies inside it and around it: address.city overlaps address, not address.street
-- clause: what a field flows into takes all that overlaps it, and where a whole node is read, each of its fields
-- clause: with each field that is reached come those that overlap it, at the same depth: from a part to its whole is no step
-- clause: what a whole dataset depends on reaches every field that its schema or its lineage names
-- clause: is_masked holds where every way passes a masking transformation
-- clause: the name is not checked: of a field that nobody stated it tells itself and what its whole node goes into; Python and CLI refuse one that overlaps nothing that was ever stated
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
        coalesce(named.number, 2147483647) as number
    from asked
    left join graph.field as named
        on asked.number = named.node_number and named.field = field::varchar
),

-- What overlaps a field that nobody stated is told by its name.
unstated as materialized (
    select
        named.number,
        named.node_number
    from start
    inner join graph.field as named on start.node_number = named.node_number
    where
        start.number = 2147483647
        and (
            starts_with(named.field, field::varchar || '.')
            or starts_with(field::varchar, named.field || '.')
        )
),

-- Few flows are found at another field than the one that they name: no step looks for them in all.
across as materialized (
    select
        beside.number as found_at,
        coalesce(flow.target_number, -1 - flow.target_node_number) as number,
        flow.target_node_number as node_number,
        flow.is_masking
    from graph.overlapping_field as beside
    inner join graph.column_flow as flow on beside.other_number = flow.source_number
    where
        (include_indirect or not flow.is_indirect)
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

within as materialized (
    select
        -1 - flow.source_node_number as found_at,
        coalesce(flow.target_number, -1 - flow.target_node_number) as number,
        flow.target_node_number as node_number,
        flow.is_masking
    from graph.column_flow as flow
    where
        flow.source_number is not null
        and flow.source_node_number in (
            select whole.target_node_number
            from graph.column_flow as whole
            where whole.target_number is null
        )
        and (include_indirect or not flow.is_indirect)
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

-- A number is that of a field, or below zero a whole node; the largest: a field nobody stated.
walk (number, node_number, is_masked, depth) using key (number, node_number, is_masked) as (
    select
        start.number,
        start.node_number,
        false,
        0
    from start
    union all
    select distinct
        coalesce(flow.target_number, -1 - flow.target_node_number),
        flow.target_node_number,
        flow.is_masking,
        1
    from unstated
    inner join graph.column_flow as flow on unstated.number = flow.source_number
    where
        (include_indirect or not flow.is_indirect)
        and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    union
    select
        step.number,
        step.node_number,
        step.is_masked,
        min(step.depth)
    from (
        select
            coalesce(flow.target_number, -1 - flow.target_node_number) as number,
            flow.target_node_number as node_number,
            walk.is_masked or flow.is_masking as is_masked,
            walk.depth + 1 as depth
        from walk
        inner join graph.column_flow as flow on walk.number = flow.source_number
        where
            walk.depth <= least(max_depth, max_steps)
            and (include_indirect or not flow.is_indirect)
            and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
            and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
        union all
        select
            across.number,
            across.node_number,
            walk.is_masked or across.is_masking as is_masked,
            walk.depth + 1 as depth
        from walk
        inner join across on walk.number = across.found_at
        where walk.depth <= least(max_depth, max_steps)
        union all
        select
            coalesce(flow.target_number, -1 - flow.target_node_number) as number,
            flow.target_node_number as node_number,
            walk.is_masked or flow.is_masking as is_masked,
            walk.depth + 1 as depth
        from walk
        inner join graph.column_flow as flow on walk.node_number = flow.source_node_number
        where
            flow.source_number is null
            and walk.depth <= least(max_depth, max_steps)
            and (include_indirect or not flow.is_indirect)
            and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
            and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
        union all
        select
            within.number,
            within.node_number,
            walk.is_masked or within.is_masking as is_masked,
            walk.depth + 1 as depth
        from walk
        inner join within on walk.number = within.found_at
        where walk.depth <= least(max_depth, max_steps)
    ) as step
    anti join recurring.walk as seen
        on step.number = seen.number and step.is_masked = seen.is_masked
    group by step.number, step.node_number, step.is_masked
),

reached as materialized (
    select
        walk.*,
        max(walk.depth) over () > least(max_depth, max_steps) as is_cut
    from walk
),

beside as materialized (
    select
        beside.other_number as number,
        reached.node_number,
        reached.is_masked,
        reached.depth,
        reached.is_cut
    from reached
    inner join graph.overlapping_field as beside on reached.number = beside.number
    union all
    select
        held.number,
        reached.node_number,
        reached.is_masked,
        reached.depth,
        reached.is_cut
    from reached
    inner join graph.field as held on reached.node_number = held.node_number
    where reached.number < 0
    union all
    select
        unstated.number,
        reached.node_number,
        reached.is_masked,
        reached.depth,
        reached.is_cut
    from reached
    inner join unstated on reached.node_number = unstated.node_number
    where reached.number = 2147483647
),

stated as (
    select beside.number
    from beside
    semi join graph.column_flow as flow
        on
            beside.number = flow.source_number
            and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
            and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    union
    select beside.number
    from beside
    semi join graph.column_flow as flow
        on
            beside.number = flow.target_number
            and graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
            and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    union
    select beside.number
    from beside
    semi join graph.schema_field as schema_field
        on
            beside.number = schema_field.number
            and graph.holds(schema_field.valid_from_at, schema_field.valid_to_at, as_of)
            and graph.holds(schema_field.known_from_at, schema_field.known_to_at, known_at)
),

place as (
    select reached.*
    from reached
    where reached.number >= 0
    union all by name
    select beside.*
    from beside
    semi join stated on beside.number = stated.number
),

told as (
    select
        place.number,
        place.node_number,
        min(place.depth) as depth,
        bool_and(place.is_masked) as is_masked,
        bool_or(place.is_cut) as is_cut
    from place
    where place.depth <= least(max_depth, max_steps)
    group by place.number, place.node_number
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
