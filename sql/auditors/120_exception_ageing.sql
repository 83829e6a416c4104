-- object: compliance.exception_ageing
-- kind: view
-- grain: one row per exception that is found at the published state, or was at an earlier one and is not any more
-- sources: compliance.exception, compliance.exception_history, compliance.assessment
-- clause: what is waived stays an exception; every publication tests it again
-- limits: when it began where nobody says since when it is so: then the first state that found it counts
-- column control_id: the control
-- column scope: organisation, or the model that it is about; null for what is closed
-- column object_id: the member
-- column state: open or closed
-- column finding: why it is, or was, an exception
-- column owner_id: who is to put it right; null if nobody is
-- column due_at: until when
-- column is_overdue: whether that has passed
-- column since_at: since when it is so; null if nobody says
-- column opened_at: the state that found it first; null: of persons there is no history
-- column closed_at: the state that did not find it any more
-- column age_days: days since it is so, or was found
-- column age: up to 30 days, 31 to 60 days, 61 to 90 days, or over 90 days
-- column waiver: none, in force, or run out
-- column waived_by: who accepts it
-- column waiver_reason: why
-- column waived_until_at: until when
-- column retested_at: the state that tested it last
create or replace view compliance.exception_ageing as
with newest as (
    select max(assessment.state_at) as state_at
    from compliance.assessment as assessment
),

opened as (
    select
        history.control_id,
        history.object_id,
        min(history.opened_at) as opened_at
    from compliance.exception_history as history
    where history.closed_at is null
    group by history.control_id, history.object_id
),

listed as (
    select
        exception.control_id,
        exception.scope,
        exception.object_id,
        'open' as state,
        exception.finding,
        exception.owner_id,
        exception.due_at,
        exception.since_at,
        opened.opened_at,
        null::timestamptz as closed_at,
        date_diff(
            'day',
            coalesce(exception.since_at, opened.opened_at, exception.as_of_at),
            exception.as_of_at
        ) as age_days,
        case
            when exception.is_waived then 'in force'
            when exception.waived_until_at <= exception.as_of_at then 'run out'
            else 'none'
        end as waiver,
        exception.waived_by,
        exception.waiver_reason,
        exception.waived_until_at,
        exception.as_of_at as retested_at
    from compliance.exception as exception
    left join opened
        on exception.control_id = opened.control_id and exception.object_id = opened.object_id
    union all by name
    select
        history.control_id,
        history.object_id,
        'closed' as state,
        history.finding,
        history.opened_at,
        history.closed_at,
        history.age_days,
        'none' as waiver,
        newest.state_at as retested_at
    from compliance.exception_history as history
    cross join newest
    anti join compliance.exception as exception
        on history.control_id = exception.control_id and history.object_id = exception.object_id
    where history.closed_at is not null
)

select
    listed.control_id,
    listed.scope,
    listed.object_id,
    listed.state,
    listed.finding,
    listed.owner_id,
    listed.due_at,
    coalesce(listed.state = 'open' and listed.due_at <= listed.retested_at, false) as is_overdue,
    listed.since_at,
    listed.opened_at,
    listed.closed_at,
    listed.age_days,
    case
        when listed.age_days <= 30 then 'up to 30 days'
        when listed.age_days <= 60 then '31 to 60 days'
        when listed.age_days <= 90 then '61 to 90 days'
        else 'over 90 days'
    end as age,
    listed.waiver,
    listed.waived_by,
    listed.waiver_reason,
    listed.waived_until_at,
    listed.retested_at
from listed;
