-- object: ask.report_control
-- kind: ask
-- grain: one row per control that is on, what fails first
-- sources: compliance.control_status, compliance.control, compliance.control_clause
-- clause: of the whole organisation, as published
with asked as (
    select
        clause.control_id,
        list_sort(list(distinct clause.framework)) as frameworks
    from compliance.control_clause as clause
    where clause.is_on
    group by clause.control_id
)

select
    status.control_id,
    control.title,
    status.status,
    status.readiness,
    status.population,
    status.tested,
    status.exception_count,
    status.waived_count,
    status.reason,
    status.automation,
    status.is_blocking,
    status.applies_from,
    control.limits,
    asked.frameworks
from compliance.control_status as status
left join compliance.control as control on status.control_id = control.control_id
left join asked on status.control_id = asked.control_id
where status.scope = 'organisation'
order by
    list_position(
        ['FAIL', 'NOT_ASSESSABLE', 'NOT_ATTESTED', 'NOT_YET', 'ATTESTED', 'PASS', 'N_A'], status.status
    ),
    status.control_id;
