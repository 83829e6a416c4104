-- object: ask.counted_waiver
-- kind: ask
-- grain: one row per gate that is waived for a version at an instant: the waiver that ends last
-- sources: governance.waiver_at
select
    gate,
    arg_max(act_id, (ends_at, act_id)) as act_id
from governance.waiver_at($rules, $version, $as_of, known_at := $known_at)
where len(objections) = 0
group by gate;
