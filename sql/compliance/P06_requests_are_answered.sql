-- object: control.P06
-- kind: control
-- grain: one row per request of a person
-- sources: step.statement
-- clause: the last act on a request counts: one with the same ticket, else with the same person, kind and time
-- clause: an extension counts that the person was told of within the first period
with told as (
    select
        statement.*,
        coalesce(
            statement.data ->> '$.ticket',
            concat_ws(
                ' ', statement.data ->> '$.subject_ref', statement.data ->> '$.request',
                statement.data ->> '$.received_at'
            )
        ) as request
    from step.statement as statement
    where statement.act = 'subject_request'
),

last_told as (
    select
        told.request,
        coalesce(min(told.data ->> '$.law'), 'gdpr') as law,
        min(silver.begin_of(told.data ->> '$.received_at')) as received_at,
        min(silver.begin_of(told.data ->> '$.extended_at')) as extended_at,
        min(silver.begin_of(told.data ->> '$.done_at')) as done_at,
        list_sort(list(told.act_id)) as evidence
    from told
    group by told.request
),

dated as (
    select
        last_told.*,
        if(
            last_told.law = 'ccpa',
            last_told.received_at + to_days(step.number_of('P06', 'ccpa_days')),
            last_told.received_at + to_months(step.number_of('P06', 'months'))
        ) as first_due_at,
        if(
            last_told.law = 'ccpa',
            last_told.received_at + to_days(2 * step.number_of('P06', 'ccpa_days')),
            last_told.received_at
            + to_months(step.number_of('P06', 'months') + step.number_of('P06', 'extension_months'))
        ) as last_due_at
    from last_told
),

due as (
    select
        dated.*,
        if(dated.extended_at <= dated.first_due_at, dated.last_due_at, dated.first_due_at) as due_at
    from dated
)

select
    null as scope,
    'request ' || due.request as object_id,
    due.received_at is not null as is_tested,
    case
        when due.done_at > due.due_at then 'it was answered late'
        when due.done_at is null and due.due_at <= getvariable('as_of') then 'it is not answered and overdue'
    end as finding,
    if(due.received_at is null, 'nobody says when it was received', null) as missing,
    due.received_at as since_at,
    due.evidence
from due;
