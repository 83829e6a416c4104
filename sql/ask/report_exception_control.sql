-- object: ask.report_exception_control
-- kind: ask
-- grain: one row per control with exceptions: how many, how old, and what is done about them
-- sources: compliance.exception, compliance.control

-- noqa: disable=references.qualification
select
    exception.control_id,
    min(control.title) as title,
    count(*) as exception_count,
    count(*) filter (where exception.is_waived) as waived_count,
    count(*) filter (where exception.owner_id is not null) as assigned_count,
    count(*) filter (
        where exception.due_at < $as_of::timestamptz and not exception.is_waived
    ) as overdue_count,
    bool_or(exception.is_due) as is_due,
    max(exception.age_days) as oldest_days
from compliance.exception as exception
left join compliance.control as control on exception.control_id = control.control_id
group by exception.control_id
order by is_due desc, exception_count desc, exception.control_id;
