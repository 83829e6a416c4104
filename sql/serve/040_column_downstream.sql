-- object: lineage.column_downstream
-- kind: macro
-- grain: one row per (node, field) that the given field goes into or steers; itself at depth 0
-- sources: lineage.column_edge, lineage.dataset_field, lineage.alias, lineage.node
-- clause: what a whole dataset depends on reaches every field that its schema or its lineage names
-- clause: is_masked holds where every way passes a masking transformation
create or replace macro lineage.column_downstream(
    node, field, max_depth := null, as_of := null, known_at := null, include_indirect := true
) as table
with recursive start as (
    select node as node_id
    where node in (select known.node_id from lineage.node as known)
    union
    select alias.node_id
    from lineage.alias as alias
    where
        alias.alias_node_id = node
        and node not in (select known.node_id from lineage.node as known)
        and alias.known_to_at is null
),

held as (
    select edge.*
    from lineage.column_edge as edge
    where
        case
            when as_of is null then edge.valid_to_at is null
            else edge.valid_from_at <= as_of::timestamptz
                and (edge.valid_to_at is null or edge.valid_to_at > as_of::timestamptz)
        end
        and case
            when known_at is null then edge.known_to_at is null
            else edge.known_from_at <= known_at::timestamptz
                and (edge.known_to_at is null or edge.known_to_at > known_at::timestamptz)
        end
),

known_field as (
    select
        field_of.dataset_node_id as node_id,
        field_of.field_path as name
    from lineage.dataset_field as field_of
    where
        case
            when as_of is null then field_of.valid_to_at is null
            else field_of.valid_from_at <= as_of::timestamptz
                and (field_of.valid_to_at is null or field_of.valid_to_at > as_of::timestamptz)
        end
        and case
            when known_at is null then field_of.known_to_at is null
            else field_of.known_from_at <= known_at::timestamptz
                and (field_of.known_to_at is null or field_of.known_to_at > known_at::timestamptz)
        end
    union
    select
        held.target_node_id,
        held.target_field
    from held
    where held.target_field is not null
    union
    select
        held.source_node_id,
        held.source_field
    from held
),

flow as (
    select distinct
        held.source_node_id,
        held.source_field,
        held.target_node_id,
        coalesce(held.target_field, known_field.name) as target_field,
        coalesce(held.is_masking, false) as is_masking
    from held
    left join known_field
        on held.target_field is null and held.target_node_id = known_field.node_id
    where include_indirect or held.transformation_type is distinct from 'INDIRECT'
),

walk (node_id, field, is_masked, depth) using key (node_id, field, is_masked) as (
    select
        start.node_id,
        field::varchar,
        false,
        0
    from start
    union
    select
        flow.target_node_id,
        flow.target_field,
        walk.is_masked or flow.is_masking,
        min(walk.depth) + 1
    from walk
    inner join flow
        on
            walk.node_id = flow.source_node_id
            and walk.field = flow.source_field
            and flow.target_field is not null
    anti join recurring.walk as seen
        on
            flow.target_node_id = seen.node_id
            and flow.target_field = seen.field
            and (walk.is_masked or flow.is_masking) = seen.is_masked
    where max_depth is null or walk.depth < max_depth
    group by flow.target_node_id, flow.target_field, walk.is_masked or flow.is_masking
)

select
    walk.node_id,
    walk.field,
    min(walk.depth) as depth,
    bool_and(walk.is_masked) as is_masked
from walk
group by walk.node_id, walk.field
order by depth, walk.node_id, walk.field;
