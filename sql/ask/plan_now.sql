-- object: ask.plan_now
-- kind: ask
-- grain: one row per object of a plan that was to go: what holds for it at an instant, and what was done about it
-- sources: retention.plan, retention.object_at, silver.resolved, silver.rule_at, retention.disposition
-- clause: an object that is not kept any more has no verdict

-- noqa: disable=references.qualification,structure.unused_cte
with planned as (
    select distinct plan.object_id
    from retention.plan as plan
    where plan.plan_sha256 = $plan and plan.is_genuine and not plan.is_blocked
),

object as (
    select object_at.*
    from retention.object_at($as_of) as object_at
    semi join planned on object_at.object_id = planned.object_id
)

select
    planned.object_id,
    resolved.verdict,
    resolved.reason,
    resolved.rule,
    resolved.action,
    to_json(resolved.gave_way)::varchar as gave_way,
    rule.basis,
    rule.clause,
    disposition.state,
    epoch_us(disposition.began_at) as began_at
from planned
left join silver.resolved('object', $as_of) as resolved
    on planned.object_id = resolved.object_id
left join silver.rule_at($as_of) as rule on resolved.rule = rule.name
left join retention.disposition as disposition
    on planned.object_id = disposition.object_id and disposition.plan_sha256 = $plan
order by planned.object_id;
