-- object: control.E12
-- kind: control
-- grain: one row per incident that may be serious
-- sources: step.statement, step.version
-- clause: the last act on an incident counts: one with the same ticket, else with the same subject and the same time of awareness
-- clause: until its days have passed, an incident that was not reported is no exception
with told as (
    select
        statement.*,
        coalesce(
            statement.data ->> '$.ticket', statement.subject || ' ' || (statement.data ->> '$.aware_at')
        ) as incident
    from step.statement as statement
    where statement.act = 'incident_reported'
),

last_told as (
    select
        told.incident,
        arg_max(told.subject, (told.acted_at, told.act_id)) as subject,
        min(silver.begin_of(told.data ->> '$.aware_at')) as aware_at,
        min(silver.begin_of(told.data ->> '$.reported_at')) as reported_at,
        arg_max(told.data ->> '$.serious', (told.acted_at, told.act_id)) as serious,
        list_sort(list(told.act_id)) as evidence
    from told
    group by told.incident
),

dated as (
    select
        last_told.*,
        case last_told.serious
            when 'death' then step.number_of('E12', 'death_days')
            when 'widespread infringement' then step.number_of('E12', 'widespread_days')
            when 'critical infrastructure' then step.number_of('E12', 'widespread_days')
            else step.number_of('E12', 'days')
        end as days
    from last_told
    where last_told.serious is distinct from 'no'
)

select
    version.model_node_id as scope,
    'incident ' || dated.incident as object_id,
    dated.serious is not null and dated.aware_at is not null as is_tested,
    case
        when dated.serious is null or dated.aware_at is null then null
        when dated.reported_at > dated.aware_at + to_days(dated.days)
            then 'it was reported later than ' || dated.days || ' days after somebody knew'
        when dated.reported_at is null and dated.aware_at + to_days(dated.days) <= getvariable('as_of')
            then 'it was not reported within ' || dated.days || ' days'
    end as finding,
    case
        when dated.serious is null then 'nobody says whether it is serious'
        when dated.aware_at is null then 'nobody says since when it was known'
    end as missing,
    dated.aware_at as since_at,
    dated.evidence
from dated
left join step.version as version on dated.subject = version.version_node_id;
