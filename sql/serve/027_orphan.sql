-- object: lineage.orphan
-- kind: macro
-- grain: one row per node that no edge touches: neither made of anything nor used by anything; jobs apart
-- sources: graph.flow, graph.node, graph.node_past
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then: which nodes and stages, too
-- clause: a node is one from when it was told of, as_of any time: before its first event it stands alone
-- clause: what is only read, or only written by a run without inputs, has no edge; see lineage.run_io
create or replace macro lineage.orphan(as_of := null, known_at := null) as table  -- noqa: disable=layout.indent,references.qualification
with held as (
    select
        flow.source_number,
        flow.target_number
    from graph.flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
)

select
    node.node_id,
    node.kind,
    coalesce(past.stage, node.stage) as stage,
    node.namespace,
    node.name
from graph.node as node
left join graph.node_past as past
    on
        node.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
where
    node.kind is distinct from 'job'
    and (
        past.number is not null
        or graph.holds(node.known_from_at, node.known_to_at, known_at)
    )
    and node.number not in (select held.source_number from held)
    and node.number not in (select held.target_number from held)
order by node.number;
