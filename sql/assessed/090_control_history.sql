-- object: compliance.control_history
-- kind: view
-- grain: one row per (control, scope) and time in which its status, and what that rests on, stayed as it was found
-- sources: compliance.control_change, compliance.assessment
-- column control_id: the control
-- column scope: organisation, or the model
-- column status: the status
-- column readiness: as in compliance.control_status
-- column population: members that its query looked at
-- column tested: members that could be judged
-- column exception_count: members that are exceptions
-- column waived_count: exceptions that somebody accepts for now
-- column reason: in words
-- column parameters: the numbers that it measured with, as JSON
-- column query_sha256: the SHA-256 of its query
-- column assessment: the assessment that found it so first
-- column known_from_at: the state that it was found at first
-- column known_to_at: the state at which something else was found; null while it is so
create or replace view compliance.control_history as
with dated as (
    select
        change.*,
        assessment.state_at as known_from_at,
        lead(assessment.state_at) over (
            partition by change.control_id, change.scope
            order by change.assessment
        ) as known_to_at
    from compliance.control_change as change
    inner join compliance.assessment as assessment on change.assessment = assessment.assessment
)

select
    dated.control_id,
    dated.scope,
    dated.status,
    dated.readiness,
    dated.population,
    dated.tested,
    dated.exception_count,
    dated.waived_count,
    dated.reason,
    dated.parameters,
    dated.query_sha256,
    dated.assessment,
    dated.known_from_at,
    dated.known_to_at
from dated
where dated.status is not null;
