-- object: control.P11
-- kind: control
-- grain: one row per breach of personal data that is not unlikely to be a risk
-- sources: step.statement
-- clause: the last act on a breach counts: one with the same ticket, else with the same subject and time
-- clause: a breach whose risk nobody has judged is one with a risk
with told as (
    select
        statement.*,
        coalesce(
            statement.data ->> '$.ticket', statement.subject || ' ' || (statement.data ->> '$.aware_at')
        ) as breach
    from step.statement as statement
    where statement.act = 'breach_recorded'
),

last_told as (
    select
        told.breach,
        min(silver.begin_of(told.data ->> '$.aware_at')) as aware_at,
        min(silver.begin_of(told.data ->> '$.notified_at')) as notified_at,
        max(told.data ->> '$.delay_reason') as delay_reason,
        arg_max(told.data ->> '$.risk', (told.acted_at, told.act_id)) as risk,
        list_sort(list(told.act_id)) as evidence
    from told
    group by told.breach
)

select
    null as scope,
    'breach ' || last_told.breach as object_id,
    last_told.aware_at is not null as is_tested,
    case
        when last_told.aware_at is null then null
        when
            last_told.notified_at > last_told.aware_at + to_hours(step.number_of('P11', 'hours'))
            and last_told.delay_reason is null
            then
                'it was notified later than '
                || step.number_of('P11', 'hours')
                || ' hours, and nobody says why'
        when
            last_told.notified_at is null
            and last_told.aware_at + to_hours(step.number_of('P11', 'hours')) <= getvariable('as_of')
            then 'it was not notified within ' || step.number_of('P11', 'hours') || ' hours'
    end as finding,
    if(last_told.aware_at is null, 'nobody says since when it was known', null) as missing,
    last_told.aware_at as since_at,
    last_told.evidence
from last_told
where last_told.risk is distinct from 'unlikely';
