-- object: ask.report_edge_basis
-- kind: ask
-- grain: one row per basis: how many edges hold on it at an instant
-- sources: lineage.edge
select
    edge.basis,
    count(*) as edge_count
from lineage.edge as edge
where
    edge.known_to_at is null
    and governance.stands(edge.valid_from_at, edge.valid_to_at, $as_of)
group by edge.basis
order by
    list_position(
        ['explicit', 'column', 'inferred', 'cartesian', 'registry', 'deployment'], edge.basis
    );
