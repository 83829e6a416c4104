-- object: ask.counted_approval
-- kind: ask
-- grain: one row per approval of a version that counts at an instant
-- sources: governance.approval_at
select act_id
from governance.approval_at($rules, $version, $as_of, known_at := $known_at)
where counts and decision = 'approved'
order by decided_at, act_id;
