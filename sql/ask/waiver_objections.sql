-- object: ask.waiver_objections
-- kind: ask
-- grain: one row per reason why the waiver of an act does not count
-- sources: governance.waiver_at
select unnest(objections) as objection
from governance.waiver_at($rules, $version, $as_of)
where act_id = $act_id;
