-- object: step.exception
-- kind: step
-- grain: one row per (control, member of its population that is an exception)
-- sources: step.tested, step.control, step.statement
-- clause: an exception that somebody has waived stays one, until and after the waiver ends
-- clause: waived or assigned by a person whom the policy knows, of this control and this member; the last word counts
create or replace table step.exception as
with said as (
    select
        statement.act,
        upper(statement.data ->> '$.control') as control_id,
        statement.subject as object_id,
        arg_max(statement.person_id, (statement.acted_at, statement.act_id)) as person_id,
        arg_max(statement.reason, (statement.acted_at, statement.act_id)) as reason,
        arg_max(statement.data ->> '$.owner', (statement.acted_at, statement.act_id)) as owner_id,
        arg_max(
            silver.end_of(coalesce(statement.data ->> '$.expires_on', statement.data ->> '$.due_on')),
            (statement.acted_at, statement.act_id)
        ) as ends_at
    from step.statement as statement
    where statement.act in ('exception_waived', 'exception_assigned') and statement.is_person
    group by statement.act, upper(statement.data ->> '$.control'), statement.subject
),

found as (
    select
        control.place,
        tested.control_id,
        tested.scope,
        tested.object_id,
        string_agg(distinct tested.finding, '; ' order by tested.finding) as finding,
        sum(tested.members)::bigint as members,
        min(tested.since_at) as since_at,
        min(coalesce(tested.due_from, control.applies_from, '-infinity'::date)) as due_from,
        list_sort(list_distinct(flatten(list(coalesce(tested.evidence, []))))) as evidence
    from step.tested as tested
    inner join step.control as control on tested.control_id = control.control_id
    where tested.finding is not null and control.is_on
    group by control.place, tested.control_id, tested.scope, tested.object_id
)

select
    found.place,
    found.control_id,
    coalesce(found.scope, 'organisation') as scope,
    found.object_id,
    found.finding,
    found.members,
    found.since_at,
    date_diff('day', found.since_at, getvariable('as_of')) as age_days,
    found.due_from <= (getvariable('as_of') at time zone 'UTC')::date as is_due,
    found.evidence,
    waived.person_id as waived_by,
    waived.reason as waiver_reason,
    waived.ends_at as waived_until_at,
    coalesce(waived.ends_at > getvariable('as_of'), false) as is_waived,
    assigned.owner_id,
    assigned.ends_at as due_at,
    getvariable('as_of') as as_of_at
from found
left join said as waived
    on
        waived.act = 'exception_waived'
        and upper(found.control_id) = waived.control_id
        and found.object_id = waived.object_id
left join said as assigned
    on
        assigned.act = 'exception_assigned'
        and upper(found.control_id) = assigned.control_id
        and found.object_id = assigned.object_id
order by found.place, found.control_id, found.object_id;
