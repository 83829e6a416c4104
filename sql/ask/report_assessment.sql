-- object: ask.report_assessment
-- kind: ask
-- grain: one row per state that was published and assessed, the last $most in the order of time
-- sources: compliance.assessment
-- clause: of a state that was assessed several times the last counts
-- clause: total_count: how many states were assessed
with last as (
    select
        assessment.state_at,
        count(*) over () as total_count,
        assessment.catalogue_version,
        assessment.pass_count,
        assessment.fail_count,
        assessment.not_assessable_count,
        assessment.not_yet_count,
        assessment.other_count,
        assessment.exception_count
    from compliance.assessment as assessment
    anti join compliance.assessment as later
        on assessment.state_at = later.state_at and assessment.assessment < later.assessment
    order by assessment.state_at desc
    limit $most
)

select last.*
from last
order by last.state_at;
