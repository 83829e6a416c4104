-- object: ask.report_approval
-- kind: ask
-- grain: one row per stage of approval: what people have said at it, and how much of that stands at an instant
-- sources: governance.approval
-- clause: whether what stands counts under the policy is for the gates to say
select
    coalesce(approval.stage, 'no stage said') as stage,
    count(*) filter (where approval.decision = 'approved' and approval.stands) as approved_count,
    count(*) filter (where approval.decision = 'rejected' and approval.stands) as rejected_count,
    count(*) filter (where not approval.stands) as ended_count
from (
    select
        told.stage,
        told.decision,
        coalesce(governance.stands(told.valid_from_at, told.valid_to_at, $as_of), false) as stands
    from governance.approval as told
    where told.known_to_at is null
) as approval
group by all
order by all;
