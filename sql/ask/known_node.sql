-- object: ask.known_node
-- kind: ask
-- grain: one row if $node is a node or an alias of one, as we had been told at $known_at
-- sources: graph.meant
select 1 as is_known
where exists (select meant.number from graph.meant($node, $known_at) as meant);
