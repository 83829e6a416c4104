-- object: graph.told_lineage
-- kind: macro
-- grain: one row per node, edge, column edge or field upstream of a node at two clocks, and one per node and what was ever told of it by then
-- sources: graph.told_of, lineage.upstream, graph.flow, graph.node, lineage.column_edge, lineage.dataset_field
-- clause: subject is node, edge, column or field; edges, columns or fields where any that lead into a node, or that it has, began by then
-- clause: the node itself is shown as another, and so is its twin, so that what leads into two of them can be compared
-- clause: an edge is told by the basis that held at the time that is asked, as it was known then
-- clause: a node of which nothing was told has nothing upstream, not even itself

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.told_lineage(
    node, shown_as, twin, twin_shown_as, asked_at, asked_known_at, max_depth
) as table
with near as materialized (
    select
        up.node_id as own_id,
        case
            when up.depth = 0 and node <> shown_as then shown_as
            when up.node_id = twin and twin_shown_as is not null then twin_shown_as
            else up.node_id
        end as node_id,
        up.is_cut
    from lineage.upstream(
        node, max_depth := max_depth, as_of := asked_at, known_at := asked_known_at
    ) as up
    where exists (from graph.told_of(node, asked_at, asked_known_at))
),

numbered_near as materialized (
    select
        near.node_id,
        node.number
    from near
    inner join graph.node as node on near.own_id = node.node_id
),

edge as materialized (
    select
        target.node_id,
        source.node_id as source_node_id,
        job.node_id as job_node_id,
        flow.basis as told,
        graph.holds(flow.valid_from_at, flow.valid_to_at, asked_at) and source.node_id is not null
            as is_held
    from graph.flow as flow
    inner join numbered_near as target on flow.target_number = target.number
    left join numbered_near as source on flow.source_number = source.number
    left join graph.node as job on flow.job_number = job.number
    where
        (asked_at is null or flow.valid_from_at <= asked_at::timestamptz)
        and graph.holds(flow.known_from_at, flow.known_to_at, asked_known_at)
),

column_edge as materialized (
    select
        target.node_id,
        flow.target_field as field,
        source.node_id as source_node_id,
        flow.source_field,
        concat_ws(
            '/',
            coalesce(flow.transformation_type, 'not said'),
            flow.transformation_subtype,
            if(flow.is_masking, 'masked', null)
        ) as told,
        graph.holds(flow.valid_from_at, flow.valid_to_at, asked_at) and source.node_id is not null
            as is_held
    from lineage.column_edge as flow
    inner join near as target on flow.target_node_id = target.own_id
    left join near as source on flow.source_node_id = source.own_id
    where
        (asked_at is null or flow.valid_from_at <= asked_at::timestamptz)
        and graph.holds(flow.known_from_at, flow.known_to_at, asked_known_at)
),

field as materialized (
    select
        held_by.node_id,
        stated.field_path as field,
        coalesce(stated.type, 'not said') as told,
        graph.holds(stated.valid_from_at, stated.valid_to_at, asked_at) as is_held
    from lineage.dataset_field as stated
    inner join near as held_by on stated.dataset_node_id = held_by.own_id
    where
        (asked_at is null or stated.valid_from_at <= asked_at::timestamptz)
        and graph.holds(stated.known_from_at, stated.known_to_at, asked_known_at)
),

told as (
    select
        'node' as subject,
        near.node_id,
        null::varchar as field,
        null::varchar as source_node_id,
        null::varchar as source_field,
        null::varchar as job_node_id,
        'upstream' as told
    from near
    union all by name
    select
        'edge' as subject,
        edge.* exclude (is_held)
    from edge
    where edge.is_held
    union all by name
    select
        'column' as subject,
        column_edge.* exclude (is_held)
    from column_edge
    where column_edge.is_held
    union all by name
    select
        'field' as subject,
        field.* exclude (is_held)
    from field
    where field.is_held
    union all by name
    select
        'edges' as subject,
        edge.node_id
    from edge
    union all by name
    select
        'columns' as subject,
        column_edge.node_id
    from column_edge
    union all by name
    select
        'fields' as subject,
        field.node_id
    from field
)

select
    told.subject,
    told.node_id,
    told.field,
    told.source_node_id,
    told.source_field,
    told.job_node_id,
    string_agg(distinct told.told, ', ' order by told.told) as told,
    (select bool_or(near.is_cut) from near) as is_cut
from told
group by all
order by all;
