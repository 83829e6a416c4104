-- object: graph.meant
-- kind: macro
-- grain: one row per node that an identifier means: the node itself, or those for which it stands as an alias
-- sources: graph.node, lineage.alias

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.meant(identifier) as table
with known as (
    select node.number
    from graph.node as node
    where node.node_id = identifier
)

select known.number
from known
union
select stands_for.number
from lineage.alias as alias
inner join graph.node as stands_for on alias.node_id = stands_for.node_id
where
    alias.alias_node_id = identifier
    and alias.known_to_at is null
    and not exists (select 1 from known);
