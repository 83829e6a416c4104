-- object: ask.delegation_objections
-- kind: ask
-- grain: one row per reason why the delegation of an act does not count
-- sources: governance.delegation_at
select unnest(objections) as objection
from governance.delegation_at($rules, $version, $as_of)
where act_id = $act_id;
