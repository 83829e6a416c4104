-- object: ask.known_node
-- kind: ask
-- grain: one row if $node is a node or an alias of one
-- sources: lineage.node, lineage.alias
select 1 as is_known
where
    $node in (select node.node_id from lineage.node as node)
    or $node in (
        select alias.alias_node_id
        from lineage.alias as alias
        where alias.known_to_at is null
    );
