-- object: ask.report_framework
-- kind: ask
-- grain: one row per framework of the catalogue and status of the controls that it asks for, of the whole organisation
-- sources: compliance.control_clause, compliance.control_status
-- clause: status: null where the policy does not name the framework
-- clause: a control counts in each framework that asks for it
select
    clause.framework,
    max(clause.framework_title) as title,
    bool_or(clause.is_on) as is_on,
    if(clause.is_on, status.status, null) as status,
    count(distinct clause.control_id) as control_count
from compliance.control_clause as clause
left join compliance.control_status as status
    on clause.control_id = status.control_id and status.scope = 'organisation'
group by clause.framework, if(clause.is_on, status.status, null)
order by is_on desc, clause.framework, status;
