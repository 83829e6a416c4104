-- object: ask.report_exception_age
-- kind: ask
-- grain: one row per (age, what is done about it): how many exceptions there are, of all controls
-- sources: compliance.exception
-- clause: age: the place of the bucket among up to 7, 30, 90, 180 and 365 days, and more; null where nobody says since when
-- clause: course: waived, overdue, assigned or open
-- clause: an exception about the organisation and about a model counts once
select
    case
        when exception.age_days is null then null
        when exception.age_days <= 7 then 1
        when exception.age_days <= 30 then 2
        when exception.age_days <= 90 then 3
        when exception.age_days <= 180 then 4
        when exception.age_days <= 365 then 5
        else 6
    end as age,
    case
        when exception.is_waived then 'waived'
        when exception.due_at < $as_of::timestamptz then 'overdue'
        when exception.owner_id is not null then 'assigned'
        else 'open'
    end as course,
    count(*) as exception_count
from compliance.exception as exception
group by all
order by all;
