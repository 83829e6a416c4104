-- object: checks.edge_ends_exist
-- kind: check
-- grain: one row per edge that is believed and has an end that lineage.node does not hold
-- sources: lineage.edge, lineage.node
select
    edge.source_node_id,
    edge.target_node_id
from lineage.edge as edge
where
    edge.known_to_at is null
    and (
        edge.source_node_id not in (select node.node_id from lineage.node as node)
        or edge.target_node_id not in (select node.node_id from lineage.node as node)
    );
