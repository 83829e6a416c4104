-- object: ask.graph_node
-- kind: ask
-- grain: one row per node that was ever believed, as a rule in the order of its number
-- sources: graph.node, graph.node_past
-- clause: precedence as in graph.meant: 0 a node at $known_at, 2 one of today alone, null neither

-- noqa: disable=references.qualification
select
    node.number,
    node.node_id,
    node.kind,
    coalesce(past.stage, node.stage) as stage,
    node.namespace,
    node.name,
    case
        when
            past.number is not null
            or graph.holds(node.known_from_at, node.known_to_at, $known_at)
            then 0
        when node.known_to_at is null then 2
    end as precedence
from graph.node as node
left join graph.node_past as past
    on
        node.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, $known_at);
