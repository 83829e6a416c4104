-- object: graph.meant
-- kind: macro
-- grain: one row per node that an identifier means: the node itself, or those for which it stands as an alias
-- sources: graph.node, graph.node_past, lineage.alias
-- clause: by what was believed at known_at (null: now): what is an alias today may have been a node then
-- clause: what nobody had told of by then means what it means today

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.meant(identifier, known_at := null) as table
with candidate as (
    select
        node.number,
        case
            when graph.holds(node.known_from_at, node.known_to_at, known_at) then 0
            when node.known_to_at is null then 2
        end as precedence
    from graph.node as node
    where node.node_id = identifier
    union all
    select
        past.number,
        0 as precedence
    from graph.node_past as past
    where
        past.node_id = identifier
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
    union all
    select
        stands_for.number,
        case
            when graph.holds(alias.known_from_at, alias.known_to_at, known_at) then 1
            when alias.known_to_at is null then 3
        end as precedence
    from lineage.alias as alias
    inner join graph.node as stands_for on alias.node_id = stands_for.node_id
    where alias.alias_node_id = identifier
)

select distinct candidate.number
from candidate
where candidate.precedence is not null
qualify candidate.precedence = min(candidate.precedence) over ();
