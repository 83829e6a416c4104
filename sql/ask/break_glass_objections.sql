-- object: ask.break_glass_objections
-- kind: ask
-- grain: one row per reason why the break-glass of an act does not count
-- sources: governance.break_glass_at
select unnest(objections) as objection
from governance.break_glass_at($rules, $version, $as_of)
where act_id = $act_id;
