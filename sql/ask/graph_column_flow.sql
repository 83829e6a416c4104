-- object: ask.graph_column_flow
-- kind: ask
-- grain: one row per column edge that held at $as_of, as it was known at $known_at
-- sources: graph.column_flow
select
    coalesce(flow.source_number, -1) as source,
    flow.source_node_number as source_node,
    coalesce(flow.target_number, -1) as target,
    flow.target_node_number as target_node,
    flow.is_masking::integer as is_masking,
    flow.is_indirect::integer as is_indirect
from graph.column_flow as flow
where
    graph.holds(flow.valid_from_at, flow.valid_to_at, $as_of)
    and graph.holds(flow.known_from_at, flow.known_to_at, $known_at);
