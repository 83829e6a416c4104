-- object: lineage.upstream
-- kind: macro
-- grain: one row per node from which data reaches the given one; that node itself at depth 0
-- sources: lineage.edge, lineage.node, lineage.alias
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
create or replace macro lineage.upstream(
    node, max_depth := null, as_of := null, known_at := null
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

flow as (
    select distinct
        edge.source_node_id,
        edge.target_node_id
    from lineage.edge as edge
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

walk (node_id, depth) using key (node_id) as (
    select
        start.node_id,
        0
    from start
    union
    select
        flow.source_node_id,
        min(walk.depth) + 1
    from walk
    inner join flow on walk.node_id = flow.target_node_id
    anti join recurring.walk as seen on flow.source_node_id = seen.node_id
    where max_depth is null or walk.depth < max_depth
    group by flow.source_node_id
)

select
    walk.node_id,
    walk.depth,
    reached.kind,
    reached.stage,
    reached.namespace,
    reached.name
from walk
inner join lineage.node as reached on walk.node_id = reached.node_id
order by walk.depth, walk.node_id;
