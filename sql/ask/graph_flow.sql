-- object: ask.graph_flow
-- kind: ask
-- grain: one row per edge that held at $as_of, as it was known at $known_at
-- sources: graph.flow
-- clause: is_implied: a model version leads to its model, which no job reads it for
select
    flow.source_number,
    flow.target_number,
    flow.job_number,
    flow.basis = 'registry' as is_implied
from graph.flow as flow
where
    graph.holds(flow.valid_from_at, flow.valid_to_at, $as_of)
    and graph.holds(flow.known_from_at, flow.known_to_at, $known_at);
