-- object: control.P07
-- kind: control
-- grain: one row per request for erasure
-- sources: silver.act, step.statement, audit.event, step.permitted
-- clause: looked at is whether data of the person went into training sets later than the given days, and whether recipients were told
-- clause: which files and rows still name a person nobody can tell from a pseudonym: lineage erase looks for that

-- noqa: disable=references.qualification
with asked as (
    select
        act.data ->> '$.subject_ref' as subject_ref,
        act.acted_at as asked_at,
        act.act_id,
        []::varchar [] as told
    from silver.act as act
    where
        act.area = 'retention'
        and act.act = 'erasure_requested'
        and act.acted_at <= getvariable('as_of')
        and act.ingested_at <= getvariable('known_at')
    union all
    select
        statement.data ->> '$.subject_ref' as subject_ref,
        silver.begin_of(statement.data ->> '$.received_at') as asked_at,
        statement.act_id,
        coalesce((statement.data -> '$.recipients_told')::varchar [], []) as told
    from step.statement as statement
    where statement.act = 'subject_request' and statement.data ->> '$.request' = 'erasure'
),

person as (
    select
        asked.subject_ref,
        min(asked.asked_at) as asked_at,
        list_distinct(flatten(list(asked.told))) as told,
        list_sort(list(asked.act_id)) as evidence
    from asked
    group by asked.subject_ref
),

used as (
    select
        person.subject_ref,
        list_sort(list(distinct event.dataset_key)) as datasets,
        list_distinct(flatten(list(coalesce(permitted.recipients, [])))) as recipients
    from person
    inner join audit.event as event on person.subject_ref = event.resource_id
    left join step.permitted as permitted on event.dataset_key = permitted.dataset_node_id
    where
        event.category = 'train'
        and event.resource_type = 'subject'
        and event.occurred_at > person.asked_at + to_days(step.number_of('P07', 'days'))
        and event.occurred_at <= getvariable('as_of')
        and event.ingested_at <= getvariable('known_at')
    group by person.subject_ref
),

recipient as (
    select list_distinct(flatten(list(coalesce(permitted.recipients, [])))) as names
    from step.permitted as permitted
)

select
    null as scope,
    'subject:' || person.subject_ref as object_id,
    true as is_tested,
    nullif(
        concat_ws(
            '; ',
            'data of the person went into ' || array_to_string(used.datasets, ', ')
            || ' more than ' || step.number_of('P07', 'days') || ' days after',
            if(
                person.asked_at + to_days(step.number_of('P07', 'days')) <= getvariable('as_of')
                and len(list_filter(recipient.names, lambda one: not list_contains(person.told, one))) > 0,
                'nobody says that recipients were told: '
                || array_to_string(
                    list_sort(list_filter(recipient.names, lambda one: not list_contains(person.told, one))),
                    ', '
                ),
                null
            )
        ),
        ''
    ) as finding,
    null as missing,
    person.asked_at as since_at,
    person.evidence
from person
left join used on person.subject_ref = used.subject_ref
cross join recipient;
