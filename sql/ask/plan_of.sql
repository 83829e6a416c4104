-- object: ask.plan_of
-- kind: ask
-- grain: one row per plan of disposal or erasure whose digest begins so, with what it says; only those that have the bytes of their digest
-- sources: silver.act
select
    act.data ->> '$.plan_sha256' as plan_sha256,
    min(act.actor_id) as planned_by,
    any_value((act.data -> '$.plan')::varchar) as plan
from silver.act as act
where
    act.area = 'retention'
    and list_contains($acts::varchar [], act.act)
    and starts_with(act.data ->> '$.plan_sha256', $plan)
    and sha256((act.data -> '$.plan')::varchar) = act.data ->> '$.plan_sha256'
group by act.data ->> '$.plan_sha256'
order by all;
