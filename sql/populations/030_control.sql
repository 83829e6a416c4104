-- object: step.control
-- kind: step
-- grain: one row per control, shipped or of the organisation's own
-- sources: step.control_clause, step.policy_in_force, silver.shipped_control
-- clause: a control holds from the first day on that any framework says under which the organisation is
-- clause: what fails blocks where the organisation is under any framework but the baseline; else it advises
create or replace table step.control as
with told as (
    select
        clause.control_id,
        clause.place,
        arg_min(clause.framework, (not clause.is_on, clause.kind = 'house', clause.framework)) as framework,
        string_agg(
            if(clause.kind = 'house', clause.clause, clause.framework_title || ' ' || clause.clause), '; '
            order by clause.kind = 'house', clause.framework
        ) as clause,
        bool_or(clause.is_on) as is_on,
        min(coalesce(clause.applies_from, '-infinity'::date)) filter (where clause.is_on) as on_from,
        min(coalesce(clause.applies_from, '-infinity'::date)) as ever_from,
        string_agg(nullif(clause.note, ''), '; ' order by clause.framework) as note
    from step.control_clause as clause
    group by clause.control_id, clause.place
),

shipped as (
    select
        told.place,
        told.control_id,
        told.framework,
        told.clause,
        shipped.body ->> '$.title' as title,
        shipped.body ->> '$.requirement' as requirement,
        shipped.body ->> '$.automation' as automation,
        shipped.body ->> '$.population' as population_of,
        shipped.body ->> '$.deliver' as deliver,
        shipped.body ->> '$.limits' as limits,
        coalesce(told.note, '') as note,
        coalesce(told.on_from, told.ever_from) as applies_from,
        told.is_on,
        false as is_own,
        null::varchar as sql
    from told
    inner join silver.shipped_control as shipped on told.control_id = shipped.control_id
),

own as (
    select
        1000 as place,
        entry.key as control_id,
        'own' as framework,
        coalesce(entry.value ->> '$.clause', '') as clause,
        entry.value ->> '$.title' as title,
        entry.value ->> '$.requirement' as requirement,
        coalesce(entry.value ->> '$.automation', 'full') as automation,
        entry.value ->> '$.population' as population_of,
        '' as deliver,
        '' as limits,
        '' as note,
        coalesce((entry.value ->> '$.applies_from')::date, '-infinity'::date) as applies_from,
        true as is_on,
        true as is_own,
        entry.value ->> '$.sql' as sql
    from step.policy_in_force as policy, json_each(policy.body, '$.control') as entry
    where entry.value ->> '$.sql' is not null
),

held as (
    from shipped
    union all by name
    from own
)

select
    held.place,
    held.control_id,
    held.framework,
    held.clause,
    held.title,
    held.requirement,
    held.automation,
    held.population_of,
    held.deliver,
    held.limits,
    held.note,
    if(isfinite(held.applies_from), held.applies_from, null) as applies_from,
    held.is_on,
    held.is_own
    or exists (
        select 1
        from step.control_clause as clause
        where clause.is_on and clause.kind != 'house'
    ) as is_blocking,
    held.is_own,
    held.sql
from held;
