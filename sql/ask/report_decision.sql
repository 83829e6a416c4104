-- object: ask.report_decision
-- kind: ask
-- grain: one row per time that the gates were asked and the decision was kept, the last first, $most at most
-- sources: governance.decision, governance.gate_result
-- clause: against: the gates that stood against it
-- clause: total_count: how many there are
with recent as (
    select
        decision.*,
        count(*) over () as total_count
    from governance.decision as decision
    order by decision.decided_at desc, decision.act_id
    limit $most
),

blocked as (
    select
        gate.act_id,
        list_sort(list(gate.gate)) as against
    from governance.gate_result as gate
    semi join recent on gate.act_id = recent.act_id
    where gate.result != 'pass' and gate.waiver is null
    group by gate.act_id
)

select
    recent.model,
    recent.version,
    recent.version_node_id,
    recent.environment,
    recent.tier,
    recent.mode,
    recent.verdict,
    recent.would_be,
    coalesce(recent.is_genuine, false) as is_genuine,
    recent.requested_by,
    recent.decided_at,
    blocked.against,
    recent.total_count
from recent
left join blocked on recent.act_id = blocked.act_id
order by recent.decided_at desc, recent.act_id;
