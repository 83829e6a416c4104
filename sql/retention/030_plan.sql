-- object: retention.plan
-- kind: view
-- grain: one row per object of a plan of disposal: to be disposed of by it, or blocked
-- sources: silver.act
-- clause: a plan disposes of what it names and of nothing else, until it expires, once it is approved
-- column plan_sha256: the plan: the SHA-256 of what it says, in its one form
-- column is_genuine: whether it has the bytes of its identifier
-- column object_id: the object
-- column class: as in retention.object_at
-- column is_blocked: whether it stays although its time is over
-- column verdict: due, or what blocks it: held, conflict, unknown, minimum, needed, shared (its bytes are those of something else as well), or absent (nothing of it lies in its store)
-- column reason: in words
-- column rule: the rule by which its time is over
-- column action: delete, archive or anonymise; null where it stays
-- column goes_at: by when it was to be gone
-- column row_count: as was told when the plan was made
-- column total_bytes: likewise
-- column breaks: what was made from it and is still there
-- column planned_by: who made the plan
-- column as_of_at: the instant that it was made for
-- column planned_at: when it was made
-- column expires_at: until when it may be carried out
-- column known_from_at: the scan that told us
create or replace view retention.plan as
select
    act.data ->> '$.plan_sha256' as plan_sha256,
    sha256((act.data -> '$.plan')::varchar) = act.data ->> '$.plan_sha256' as is_genuine,
    item.value ->> '$.object_id' as object_id,
    item.value ->> '$.class' as class,
    item.value ->> '$.verdict' != 'due' as is_blocked,
    item.value ->> '$.verdict' as verdict,
    item.value ->> '$.reason' as reason,
    item.value ->> '$.rule' as rule,
    item.value ->> '$.action' as action,
    silver.instant_of(item.value ->> '$.goes_at') as goes_at,
    (item.value ->> '$.row_count')::bigint as row_count,
    (item.value ->> '$.total_bytes')::bigint as total_bytes,
    try_cast(item.value -> '$.breaks' as varchar []) as breaks,
    act.actor_id as planned_by,
    silver.instant_of(act.data ->> '$.plan.as_of') as as_of_at,
    act.acted_at as planned_at,
    silver.instant_of(act.data ->> '$.plan.expires_at') as expires_at,
    act.ingested_at as known_from_at
from silver.act as act, json_each(act.data, '$.plan.items') as item
where act.area = 'retention' and act.act = 'planned';
