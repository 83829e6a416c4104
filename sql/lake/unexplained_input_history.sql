-- object: graph/unexplained_input_history
-- kind: lake
-- grain: one row per fact that a batch opened or closed; of rows that differ only in known_to_at the closed one counts
-- sources: lineage.unexplained_input_history
select changed.*
from lineage.unexplained_input_history as changed
where
    changed.known_from_at = getvariable('known_at')
    or changed.known_to_at = getvariable('known_at');
