select
    action,
    outcome,
    count(*) as row_count
from audit.event
where resource_id = $value
group by action, outcome
order by action, outcome
