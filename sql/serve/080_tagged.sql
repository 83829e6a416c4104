-- object: graph.tagged
-- kind: macro
-- grain: one row per (place, tag, whether it is only possible) that a tag reaches; a place is a field, or a node as a whole (number -1)
-- sources: graph.tag, graph.meant, graph.flow, graph.column_flow, graph.nested_field, graph.known_field
-- clause: OpenLineage ColumnLineageDatasetFacet 1-2-0: masking stops its own edge; what is not said to be masked is not
-- clause: only_node keeps to what lies upstream of that node; null: everything
-- clause: is_possible: nobody says that the tag goes there, nor that it does not
-- clause: behind: the place before it, on the shortest way; its origin is where the tag is declared

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.tagged(
    only_node, as_of, known_at, include_indirect, max_steps
) as table
with recursive held as materialized (
    select distinct
        tag.tag_number,
        tag.reach,
        tag.node_number,
        tag.number
    from graph.tag as tag
    where
        graph.holds(tag.valid_from_at, tag.valid_to_at, as_of)
        and graph.holds(tag.known_from_at, tag.known_to_at, known_at)
),

link as (
    select
        flow.source_number,
        flow.target_number
    from graph.flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
    union all
    select
        flow.source_node_number,
        flow.target_node_number
    from graph.column_flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

before (number) using key (number) as (
    select meant.number
    from graph.meant(only_node, known_at := known_at) as meant
    union
    select distinct link.source_number
    from before
    inner join link on before.number = link.target_number
    anti join recurring.before as seen on link.source_number = seen.number
),

-- Downstream of what is tagged and, if one node is asked about, upstream of it: nothing else counts.
near (number) using key (number) as (
    select held.node_number
    from held
    where only_node is null or held.node_number in (select before.number from before)
    union
    select distinct link.target_number
    from near
    inner join link on near.number = link.source_number
    anti join recurring.near as seen on link.target_number = seen.number
    where only_node is null or link.target_number in (select before.number from before)
),

known_field as materialized (
    select
        known.number,
        known.node_number
    from graph.known_field(as_of, known_at) as known
    semi join near on known.node_number = near.number
),

nested as materialized (
    select
        inside.number,
        inside.inner_number
    from graph.nested_field as inside
    semi join known_field as outermost on inside.number = outermost.number
    semi join known_field as innermost on inside.inner_number = innermost.number
),

stated as materialized (
    select distinct
        coalesce(flow.source_number, -1) as source_number,
        flow.source_node_number,
        coalesce(flow.target_number, -1) as target_number,
        flow.target_node_number,
        coalesce(flow.job_number, -1) as job_number,
        flow.is_masking,
        flow.is_indirect
    from graph.column_flow as flow
    semi join near on flow.target_node_number = near.number
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

carrying as (
    select
        stated.source_number,
        stated.source_node_number,
        stated.target_number,
        stated.target_node_number
    from stated
    where not stated.is_masking and (include_indirect or not stated.is_indirect)
),

spread as (
    select carrying.*
    from carrying
    union
    select
        carrying.source_number,
        carrying.source_node_number,
        nested.inner_number,
        carrying.target_node_number
    from carrying
    inner join nested on carrying.target_number = nested.number
    union
    select
        carrying.source_number,
        carrying.source_node_number,
        known_field.number,
        carrying.target_node_number
    from carrying
    inner join known_field on carrying.target_node_number = known_field.node_number
    where carrying.target_number = -1
),

-- What reads a field reads all that lies inside it, and nobody says what becomes of each part;
-- what reads a whole node reads each of its fields, and of the node itself no more is said.
carried as materialized (
    select
        spread.*,
        spread.source_number = -1 as is_weak
    from spread
    union all
    select distinct
        nested.inner_number,
        spread.source_node_number,
        spread.target_number,
        spread.target_node_number,
        true as is_weak
    from spread
    inner join nested on spread.source_number = nested.number
    union all
    select distinct
        known_field.number,
        spread.source_node_number,
        spread.target_number,
        spread.target_node_number,
        true as is_weak
    from spread
    inner join known_field on spread.source_node_number = known_field.node_number
    where spread.source_number = -1
),

told as (
    select
        stated.job_number,
        stated.target_node_number,
        stated.target_number as number
    from stated
    where stated.target_number != -1 and not stated.is_indirect
),

explained as (
    select told.*
    from told
    union
    select
        told.job_number,
        told.target_node_number,
        nested.inner_number
    from told
    inner join nested on told.number = nested.number
    union
    select
        told.job_number,
        told.target_node_number,
        nested.number
    from told
    inner join nested on told.number = nested.inner_number
),

flowing as (
    select distinct
        flow.source_number,
        flow.target_number,
        coalesce(flow.job_number, -1) as job_number,
        flow.basis = 'cartesian' as is_cartesian
    from graph.flow as flow
    semi join near on flow.target_number = near.number
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

unsaid as (
    select
        flowing.source_number,
        flowing.target_number,
        known_field.number
    from flowing
    inner join known_field on flowing.target_number = known_field.node_number
    where flowing.is_cartesian
    union
    select
        flowing.source_number,
        flowing.target_number,
        known_field.number
    from flowing
    inner join known_field on flowing.target_number = known_field.node_number
    anti join explained
        on
            flowing.job_number = explained.job_number
            and flowing.target_number = explained.target_node_number
            and known_field.number = explained.number
),

-- A node as a whole takes what may go to one of its fields, and what no field is known to take.
open_flow as materialized (
    select
        unsaid.source_number as source_node_number,
        unsaid.number as target_number,
        unsaid.target_number as target_node_number
    from unsaid
    union
    select
        unsaid.source_number,
        -1,
        unsaid.target_number
    from unsaid
    union
    select
        flowing.source_number,
        -1,
        flowing.target_number
    from flowing
    anti join known_field on flowing.target_number = known_field.node_number
),

declared as (
    select
        held.tag_number,
        held.node_number,
        held.number,
        false as is_possible,
        false as is_covered,
        held.number as origin_number
    from held
    semi join near on held.node_number = near.number
    union all
    select
        held.tag_number,
        held.node_number,
        nested.inner_number,
        false as is_possible,
        true as is_covered,
        held.number as origin_number
    from held
    inner join nested on held.number = nested.number
    semi join near on held.node_number = near.number
    union all
    select
        held.tag_number,
        held.node_number,
        known_field.number,
        held.reach = 'some' as is_possible,
        true as is_covered,
        -1 as origin_number
    from held
    inner join known_field on held.node_number = known_field.node_number
    where held.number = -1
),

start as (
    select
        declared.tag_number,
        declared.node_number,
        declared.number,
        declared.is_possible,
        min({
            'is_covered': declared.is_covered,
            'origin_node_number': declared.node_number,
            'origin_number': declared.origin_number
        }) as origin
    from declared
    group by all
),

walk (number, node_number, tag_number, is_possible, depth, behind)
using key (number, node_number, tag_number, is_possible) as (
    select
        start.number,
        start.node_number,
        start.tag_number,
        start.is_possible,
        0,
        {
            'origin_node_number': start.node_number,
            'origin_number': start.origin.origin_number,
            'node_number': null::integer,
            'number': null::integer,
            'is_possible': null::boolean
        }
    from start
    union
    select
        step.number,
        step.node_number,
        step.tag_number,
        step.is_possible,
        min(step.depth),
        min(step.behind)
    from (
        select
            carried.target_number as number,
            carried.target_node_number as node_number,
            walk.tag_number,
            walk.is_possible or carried.is_weak as is_possible,
            walk.depth + 1 as depth,
            {
                'origin_node_number': walk.behind.origin_node_number,
                'origin_number': walk.behind.origin_number,
                'node_number': walk.node_number,
                'number': walk.number,
                'is_possible': walk.is_possible
            } as behind
        from walk
        inner join carried
            on
                walk.number = carried.source_number
                and walk.node_number = carried.source_node_number
        where walk.depth <= max_steps
        union all
        select
            open_flow.target_number,
            open_flow.target_node_number,
            walk.tag_number,
            true as is_possible,
            walk.depth + 1,
            {
                'origin_node_number': walk.behind.origin_node_number,
                'origin_number': walk.behind.origin_number,
                'node_number': walk.node_number,
                'number': walk.number,
                'is_possible': walk.is_possible
            }
        from walk
        inner join open_flow on walk.node_number = open_flow.source_node_number
        where walk.depth <= max_steps
    ) as step
    anti join recurring.walk as seen
        on
            step.number = seen.number
            and step.node_number = seen.node_number
            and step.tag_number = seen.tag_number
            and (step.is_possible = seen.is_possible or not seen.is_possible)
    group by step.number, step.node_number, step.tag_number, step.is_possible
),

-- A field holds what lies inside it; that part of it is tagged says nothing of its other parts.
holding as (
    select
        nested.number,
        walk.node_number,
        walk.tag_number,
        min(walk.depth) as depth,
        min((
            walk.depth,
            {
                'origin_node_number': walk.behind.origin_node_number,
                'origin_number': walk.behind.origin_number,
                'node_number': walk.node_number,
                'number': walk.number,
                'is_possible': walk.is_possible
            }
        ))[2] as behind
    from walk
    inner join nested on walk.number = nested.inner_number
    anti join walk as known
        on nested.number = known.number and walk.tag_number = known.tag_number
    group by nested.number, walk.node_number, walk.tag_number
)

select
    walk.*,
    max(walk.depth) over () > max_steps as is_cut
from walk
union all
select
    holding.number,
    holding.node_number,
    holding.tag_number,
    true as is_possible,
    holding.depth,
    holding.behind,
    (select coalesce(max(walk.depth) > max_steps, false) from walk) as is_cut
from holding;
