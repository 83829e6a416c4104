-- object: ask.approval_objections
-- kind: ask
-- grain: one row per reason why the approval of an act does not count
-- sources: governance.approval_at
select unnest(objections) as objection
from governance.approval_at($rules, $version, $as_of)
where act_id = $act_id;
