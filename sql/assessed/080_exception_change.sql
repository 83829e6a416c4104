-- object: compliance.exception_change
-- kind: facts
-- grain: one row per exception and assessment that found it first, or did not find it any more
-- sources: compliance.exception, compliance.assessment
-- clause: of persons nothing is kept here, so that nothing of them is left once they are erased
-- column assessment: the assessment, as in compliance.assessment
-- column control_id: the control
-- column object_id: the member that is, or was, the exception
-- column is_open: whether it was found; false: it was found before and is gone
-- column finding: why it is an exception
create table if not exists compliance.exception_change (
    assessment bigint,
    control_id varchar,
    object_id varchar,
    is_open boolean,
    finding varchar
);

insert into compliance.exception_change by name
with before as (
    select change.*
    from compliance.exception_change as change
    qualify
        row_number() over (
            partition by change.control_id, change.object_id
            order by change.assessment desc
        ) = 1
),

newest as (
    select max(assessment.assessment) as assessment
    from compliance.assessment as assessment
),

found as (
    select
        exception.control_id,
        exception.object_id,
        min(exception.finding) as finding
    from compliance.exception as exception
    where not starts_with(exception.object_id, 'subject:')
    group by exception.control_id, exception.object_id
)

select
    newest.assessment,
    found.control_id,
    found.object_id,
    true as is_open,
    found.finding
from found
cross join newest
left join before on found.control_id = before.control_id and found.object_id = before.object_id
where before.is_open is distinct from true or before.finding is distinct from found.finding
union all
select
    newest.assessment,
    before.control_id,
    before.object_id,
    false as is_open,
    before.finding
from before
cross join newest
anti join found on before.control_id = found.control_id and before.object_id = found.object_id
where before.is_open;
