-- object: lineage.run_at
-- kind: macro
-- grain: one row per run, as we had been told of it at a known time (null: now)
-- sources: lineage.run_history
-- clause: what was told later, such as how a run ended, is not in it

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.run_at(known_at := null) as table
select told.* exclude (known_from_at, known_to_at)
from lineage.run_history as told
where graph.holds(told.known_from_at, told.known_to_at, known_at)
order by told.run_id;
