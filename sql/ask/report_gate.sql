-- object: ask.report_gate
-- kind: ask
-- grain: one row per gate: how often it was asked in decisions that were kept, and with which result
-- sources: governance.gate_result, governance.decision
-- clause: only decisions that are what their digest says
-- clause: waived_count: did not pass, and were waived
with kept as (
    select decision.act_id
    from governance.decision as decision
    where decision.is_genuine
)

select
    gate.gate,
    count(*) filter (where gate.result = 'pass') as pass_count,
    count(*) filter (where gate.result = 'fail') as fail_count,
    count(*) filter (where gate.result not in ('pass', 'fail')) as unknown_count,
    count(*) filter (where gate.result != 'pass' and gate.waiver is not null) as waived_count,
    count(*) as asked_count
from governance.gate_result as gate
semi join kept on gate.act_id = kept.act_id
group by gate.gate
order by fail_count desc, unknown_count desc, gate.gate;
