-- object: compliance.control_change
-- kind: facts
-- grain: one row per (control, scope) and assessment by which its status, or what that rests on, is another than before
-- sources: compliance.control_status, compliance.assessment
-- column assessment: the assessment, as in compliance.assessment
-- column control_id: the control
-- column scope: organisation, or the model
-- column status: the status since; null: it is not asked any more
-- column readiness: as in compliance.control_status
-- column population: members that its query looked at
-- column tested: members that could be judged
-- column exception_count: members that are exceptions
-- column waived_count: exceptions that somebody accepts for now
-- column reason: in words
-- column parameters: the numbers that it measured with, as JSON
-- column query_sha256: the SHA-256 of its query

-- noqa: disable=ambiguous.set_columns
create table if not exists compliance.control_change (
    assessment bigint,
    control_id varchar,
    scope varchar,
    status varchar,
    readiness varchar,
    population bigint,
    tested bigint,
    exception_count bigint,
    waived_count bigint,
    reason varchar,
    parameters varchar,
    query_sha256 varchar
);

insert into compliance.control_change by name
with before as (
    select change.*
    from compliance.control_change as change
    qualify
        row_number() over (
            partition by change.control_id, change.scope
            order by change.assessment desc
        ) = 1
),

newest as (
    select max(assessment.assessment) as assessment
    from compliance.assessment as assessment
)

select
    newest.assessment,
    status.control_id,
    status.scope,
    status.status,
    status.readiness,
    status.population,
    status.tested,
    status.exception_count,
    status.waived_count,
    status.reason,
    status.parameters,
    status.query_sha256
from compliance.control_status as status
cross join newest
left join before on status.control_id = before.control_id and status.scope = before.scope
where
    before.control_id is null
    or (
        status.status, status.readiness, status.population, status.tested, status.exception_count,
        status.waived_count, status.reason, status.parameters, status.query_sha256
    ) is distinct from (
        before.status, before.readiness, before.population, before.tested, before.exception_count,
        before.waived_count, before.reason, before.parameters, before.query_sha256
    )
union all by name
select
    newest.assessment,
    before.control_id,
    before.scope
from before
cross join newest
anti join compliance.control_status as status
    on before.control_id = status.control_id and before.scope = status.scope
where before.status is not null;
