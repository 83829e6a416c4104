-- object: compliance.exception_ageing
-- kind: view
-- grain: one row per exception that is found at the published state, and per time in which one was found at earlier states that ended
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

-- What is found for another reason than before goes on.
told as (
    select
        history.*,
        lag(history.closed_at) over (
            partition by history.control_id, history.object_id
            order by history.opened_at, history.closed_at nulls last
        ) as before_at
    from compliance.exception_history as history
),

numbered as (
    select
        told.*,
        count_if(told.before_at is distinct from told.opened_at) over (
            partition by told.control_id, told.object_id
            order by told.opened_at, told.closed_at nulls last
        ) as spell
    from told
),

found as (
    select
        numbered.control_id,
        numbered.object_id,
        arg_max(numbered.finding, numbered.opened_at) as finding,
        min(numbered.opened_at) as opened_at,
        if(bool_or(numbered.closed_at is null), null, max(numbered.closed_at)) as closed_at
    from numbered
    group by numbered.control_id, numbered.object_id, numbered.spell
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
    left join found as opened
        on
            exception.control_id = opened.control_id
            and exception.object_id = opened.object_id
            and opened.closed_at is null
    union all by name
    select
        found.control_id,
        found.object_id,
        'closed' as state,
        found.finding,
        found.opened_at,
        found.closed_at,
        date_diff('day', found.opened_at, found.closed_at) as age_days,
        'none' as waiver,
        newest.state_at as retested_at
    from found
    cross join newest
    where found.closed_at is not null
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
