-- object: step.control_status
-- kind: step
-- grain: one row per (control that is on, scope): the organisation, and each model that has members in its population
-- sources: step.control, step.tested, step.exception, step.attestation, step.control_source, step.control_query, step.control_parameter
-- clause: the order of verdicts: N_A (a person has attested that it does not apply), NOT_YET (before the day from which on it holds), FAIL (an exception), NOT_ASSESSABLE, PASS
-- clause: NOT_ASSESSABLE is a population that is empty, a member that could not be judged, and what rests on a source of which something is known to be missing
-- clause: a control that rests on a person's word is ATTESTED or NOT_ATTESTED, and never passes
create or replace table step.control_status as
with asked as (
    select
        control.control_id,
        null::varchar as scope
    from step.control as control
    where control.is_on
    union
    select
        tested.control_id,
        tested.scope
    from step.tested as tested
    where tested.scope is not null
),

counted as (
    select
        asked.control_id,
        asked.scope,
        coalesce(sum(tested.members), 0)::bigint as population,
        coalesce(sum(tested.tested), 0)::bigint as tested,
        min(tested.missing) as missing,
        count(distinct tested.missing) as missing_count,
        min(tested.finding) as finding,
        sha256(
            coalesce(
                string_agg(
                    to_json([
                        tested.object_id, tested.members::varchar, tested.tested::varchar, tested.finding,
                        tested.missing, tested.since_at::varchar, tested.due_from::varchar,
                        tested.evidence::varchar
                    ])::varchar,
                    chr(10)
                    order by
                        tested.object_id, tested.finding, tested.missing, tested.members,
                        tested.since_at, tested.evidence
                ),
                ''
            )
        ) as data_sha256
    from asked
    left join step.tested as tested
        on
            asked.control_id = tested.control_id
            and (asked.scope is null or asked.scope = tested.scope)
    group by asked.control_id, asked.scope
),

failed as (
    select
        asked.control_id,
        asked.scope,
        count(*) as exception_count,
        count(*) filter (where exception.is_due) as due_count,
        count(*) filter (where exception.is_waived) as waived_count
    from asked
    inner join step.exception as exception
        on
            asked.control_id = exception.control_id
            and coalesce(asked.scope, exception.scope) = exception.scope
    group by asked.control_id, asked.scope
),

-- Of what is known to have arrived incomplete, or altered, nothing passes.
unreliable as (
    select
        source.control_id,
        min(exception.object_id) as object_id
    from step.control_source as source
    inner join step.exception as exception on source.root = split_part(exception.object_id, '/', 1)
    where exception.control_id in ('L06', 'A09') and source.control_id not in ('L06', 'A09')
    group by source.control_id
),

measured as (
    select
        parameter.control_id,
        to_json(map_from_entries(list((parameter.name, parameter.value) order by parameter.name)))::varchar
            as parameters,
        list_sort(list(distinct parameter.basis)) as parameter_basis
    from step.control_parameter as parameter
    group by parameter.control_id
),

judged as (
    select
        counted.*,
        control.place,
        control.automation,
        control.is_blocking,
        control.applies_from,
        control.deliver,
        control.population_of,
        coalesce(failed.exception_count, 0) as exception_count,
        coalesce(failed.due_count, 0) as due_count,
        coalesce(failed.waived_count, 0) as waived_count,
        coalesce(of_scope.result, of_all.result) as attested,
        coalesce(of_scope.person_id, of_all.person_id) as attested_by,
        unreliable.object_id as unreliable,
        coalesce(measured.parameters, '{}') as parameters,
        coalesce(measured.parameter_basis, []) as parameter_basis,
        control.applies_from > (getvariable('as_of') at time zone 'UTC')::date as is_ahead
    from counted
    inner join step.control as control on counted.control_id = control.control_id
    left join failed
        on counted.control_id = failed.control_id and counted.scope is not distinct from failed.scope
    left join step.attestation as of_scope
        on upper(counted.control_id) = of_scope.control_id and counted.scope = of_scope.model_node_id
    left join step.attestation as of_all
        on upper(counted.control_id) = of_all.control_id and of_all.model_node_id is null
    left join unreliable on counted.control_id = unreliable.control_id
    left join measured on counted.control_id = measured.control_id
),

ready as (
    select
        judged.*,
        case
            when
                judged.automation = 'attestation'
                and judged.attested = 'met'
                and judged.exception_count = 0
                then 'ATTESTED'
            when judged.automation = 'attestation' then 'NOT_ATTESTED'
            when judged.exception_count > 0 then 'FAIL'
            when judged.population = 0 or judged.tested < judged.population then 'NOT_ASSESSABLE'
            when judged.unreliable is not null then 'NOT_ASSESSABLE'
            else 'PASS'
        end as readiness
    from judged
)

select
    ready.place,
    ready.control_id,
    coalesce(ready.scope, 'organisation') as scope,
    case
        when ready.attested = 'not applicable' then 'N_A'
        when ready.due_count > 0 and ready.automation != 'attestation' then 'FAIL'
        when coalesce(ready.is_ahead, false) then 'NOT_YET'
        else ready.readiness
    end as status,
    ready.readiness,
    ready.population,
    ready.tested,
    ready.exception_count,
    ready.waived_count,
    if(ready.population = 0, null, ready.tested / ready.population) as coverage,
    case
        when ready.attested = 'not applicable' then 'does not apply, by the word of ' || ready.attested_by
        when ready.readiness = 'ATTESTED' then 'by the word of ' || ready.attested_by
        when ready.readiness = 'NOT_ATTESTED' then coalesce(ready.finding, 'nobody attests it')
        when ready.exception_count > 0
            then
                ready.exception_count
                || if(ready.exception_count = 1, ' exception', ' exceptions')
                || if(ready.waived_count > 0, ', ' || ready.waived_count || ' waived', '')
        when ready.population = 0 then 'nothing to look at: no ' || ready.population_of
        when ready.tested < ready.population
            then
                (ready.population - ready.tested)
                || ' of '
                || ready.population
                || ' could not be judged: '
                || ready.missing
                || if(ready.missing_count > 1, '; and ' || (ready.missing_count - 1) || ' more reasons', '')
        when ready.unreliable is not null then 'rests on ' || ready.unreliable || ', which is not whole'
        when ready.automation = 'partial' then 'evidence present'
        else 'no exception'
    end as reason,
    if(ready.readiness = 'NOT_ASSESSABLE', ready.deliver, '') as deliver,
    ready.automation,
    ready.is_blocking,
    ready.applies_from,
    ready.parameters,
    ready.parameter_basis,
    query.query_sha256,
    ready.data_sha256,
    getvariable('as_of') as as_of_at
from ready
left join step.control_query as query on ready.control_id = query.control_id
order by ready.place, ready.control_id, ready.scope nulls first;
