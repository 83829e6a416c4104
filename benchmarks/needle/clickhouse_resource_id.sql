select
    action,
    outcome,
    count() as row_count
from needle.audit_row
where resource_id = {value:String}
group by action, outcome
order by action, outcome
format JSONCompactEachRow
