-- object: ask.asked_of_others
-- kind: ask
-- grain: one row per object that others were asked to delete or to anonymise and nobody who counts has confirmed, by the plan that asked last; what was due first comes first
-- sources: retention.disposition, retention.plan, retention.resolution_at
-- clause: what holds for it now is told beside: what is held by now must not go any more

-- noqa: disable=references.qualification
with asked as (
    select disposition.*
    from retention.disposition as disposition
    where disposition.state = 'asked'
    qualify row_number() over (
        partition by disposition.object_id
        order by disposition.began_at desc, disposition.plan_sha256
    ) = 1
),

done as (
    select
        disposition.object_id,
        max(disposition.ended_at) as ended_at
    from retention.disposition as disposition
    where disposition.state in ('disposed', 'confirmed', 'anonymised') and disposition.plan_sha256 is not null
    group by disposition.object_id
),

planned as (
    select
        plan.plan_sha256,
        plan.object_id,
        any_value(plan.class) as class,
        any_value(plan.rule) as rule,
        any_value(plan.goes_at) as goes_at
    from retention.plan as plan
    where plan.is_genuine
    group by plan.plan_sha256, plan.object_id
)

select
    asked.object_id,
    planned.class,
    asked.action,
    planned.rule,
    asked.plan_sha256 as plan,
    asked.began_at as asked_at,
    asked.done_by as asked_by,
    planned.goes_at as due_at,
    coalesce(resolution_at.verdict, 'not kept any more') as now
from asked
left join planned
    on asked.plan_sha256 = planned.plan_sha256 and asked.object_id = planned.object_id
left join done on asked.object_id = done.object_id
left join retention.resolution_at($as_of) as resolution_at
    on asked.object_id = resolution_at.object_id
where coalesce(done.ended_at < asked.began_at, true)
order by planned.goes_at, asked.object_id;
