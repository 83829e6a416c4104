-- object: graph/run_history
-- kind: lake
-- grain: one row per fact that a batch opened or closed; of rows that differ only in known_to_at the closed one counts
-- sources: lineage.run_history
select changed.*
from lineage.run_history as changed
where
    changed.known_from_at = getvariable('known_at')
    or changed.known_to_at = getvariable('known_at');
