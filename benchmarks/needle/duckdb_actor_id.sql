select
    action,
    outcome,
    count(*) as row_count
from audit_row
where actor_id = $value
group by action, outcome
order by action, outcome
