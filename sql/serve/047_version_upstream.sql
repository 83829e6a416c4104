-- object: lineage.version_upstream
-- kind: macro
-- grain: one row per (run that stands behind a version of a node, dataset that it read), each with the exact version
-- sources: graph.runs_behind, graph.meant, graph.node, lineage.dataset_version_history
-- clause: the runs that wrote the version, and what stood behind them then; without a version all that were written
-- clause: of what a run read, that counts which is stated, or taken, to flow into what was asked of it
-- clause: known_at asks what we had been told then (null: all that we know), of job and state too

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.version_upstream(
    node, version := null, max_depth := null, known_at := null
) as table
select behind.*
from graph.runs_behind(
    (
        select list(distinct {'run_id': written.run_id, 'node_id': written.dataset_node_id})
        from lineage.dataset_version_history as written
        inner join graph.node as named on written.dataset_node_id = named.node_id
        semi join graph.meant(node, known_at := known_at) as meant on named.number = meant.number
        where
            (version is null or written.dataset_version = version)
            and graph.holds(written.known_from_at, written.known_to_at, known_at)
    ),
    max_depth,
    known_at
) as behind
order by behind.depth, behind.run_id, behind.dataset_node_id;
