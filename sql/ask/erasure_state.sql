-- object: ask.erasure_state
-- kind: ask
-- grain: one row per object that a plan of erasure names, with its state
-- sources: retention.erasure
select
    erasure.object_id,
    erasure.course,
    erasure.state
from retention.erasure as erasure
where erasure.plan_sha256 = $plan
order by all;
