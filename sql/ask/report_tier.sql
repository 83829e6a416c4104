-- object: ask.report_tier
-- kind: ask
-- grain: one row per risk tier of the policy in force, what asks for most approvals first
-- sources: governance.policy
-- clause: stage_count: the approvals that it asks for; mode: observing, which denies nothing, where the policy does not say enforcing
select
    entry.key as tier,
    coalesce(entry.value ->> '$.mode', 'observing') as mode,
    coalesce(json_array_length(entry.value, '$.stages'), 0) as stage_count
from governance.policy as policy, json_each(policy.body, '$.tier') as entry
where policy.valid_to_at is null and policy.known_to_at is null
order by stage_count desc, tier;
