-- object: compliance.exception_history
-- kind: view
-- grain: one row per exception and time in which it was found, with its age; of persons there are none
-- sources: compliance.exception_change, compliance.assessment
-- column control_id: the control
-- column object_id: the member that is, or was, the exception
-- column finding: why
-- column opened_at: the state that found it first
-- column closed_at: the first state that did not find it any more, or found another reason; null while it is found
-- column age_days: days from one to the other, or to the newest state
create or replace view compliance.exception_history as
with dated as (
    select
        change.*,
        assessment.state_at as opened_at,
        lead(assessment.state_at) over (
            partition by change.control_id, change.object_id
            order by change.assessment
        ) as closed_at
    from compliance.exception_change as change
    inner join compliance.assessment as assessment on change.assessment = assessment.assessment
),

newest as (
    select max(assessment.state_at) as state_at
    from compliance.assessment as assessment
)

select
    dated.control_id,
    dated.object_id,
    dated.finding,
    dated.opened_at,
    dated.closed_at,
    date_diff('day', dated.opened_at, coalesce(dated.closed_at, newest.state_at)) as age_days
from dated
cross join newest
where dated.is_open;
