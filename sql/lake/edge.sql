-- object: graph/edge
-- kind: lake
-- grain: one row per fact that a batch opened or closed; of rows that differ only in known_to_at the closed one counts
-- sources: lineage.edge
-- clause: of events alone: data that only a registry says a version was trained on stands in the warehouse
select changed.* exclude (run_count, last_run_id)
from lineage.edge as changed
where
    (
        changed.known_from_at = getvariable('known_at')
        or changed.known_to_at = getvariable('known_at')
    )
    and not (changed.basis = 'registry' and starts_with(changed.target_node_id, 'modelVersion:'));
