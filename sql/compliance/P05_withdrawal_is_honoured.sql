-- object: control.P05
-- kind: control
-- grain: one row per person who withdrew consent
-- sources: silver.act, audit.event, step.permitted
-- clause: a ledger says what went into a training set: an audit event of category train about a subject
-- clause: what rests on another basis than consent is not looked at
with withdrawn as (
    select
        act.data ->> '$.subject_ref' as subject_ref,
        act.data ->> '$.dataset' as dataset_node_id,
        min(act.acted_at) as withdrawn_at,
        list_sort(list(act.act_id)) as evidence
    from silver.act as act
    where
        act.area = 'retention'
        and act.act = 'consent_withdrawn'
        and act.acted_at <= getvariable('as_of')
        and act.ingested_at <= getvariable('known_at')
    group by act.data ->> '$.subject_ref', act.data ->> '$.dataset'
),

included as (
    select
        withdrawn.subject_ref,
        withdrawn.dataset_node_id,
        list_sort(list(distinct event.dataset_key)) as datasets,
        min(event.occurred_at) as first_at
    from withdrawn
    inner join audit.event as event on withdrawn.subject_ref = event.resource_id
    where
        event.category = 'train'
        and event.resource_type = 'subject'
        and event.occurred_at > withdrawn.withdrawn_at + to_days(step.number_of('P05', 'days'))
        and event.occurred_at <= getvariable('as_of')
        and event.ingested_at <= getvariable('known_at')
    group by withdrawn.subject_ref, withdrawn.dataset_node_id
),

ledger as (
    select
        exists(
            select 1
            from audit.event as event
            where
                event.category = 'train'
                and event.resource_type = 'subject'
                and event.ingested_at <= getvariable('known_at')
        ) as is_kept
)

select
    null as scope,
    'subject:' || withdrawn.subject_ref as object_id,
    ledger.is_kept as is_tested,
    'data of the person went into ' || array_to_string(included.datasets, ', ') || ' afterwards' as finding,
    if(ledger.is_kept, null, 'no ledger says whose data went into training sets') as missing,
    included.first_at as since_at,
    withdrawn.evidence
from withdrawn
cross join ledger
left join included
    on
        withdrawn.subject_ref = included.subject_ref
        and withdrawn.dataset_node_id is not distinct from included.dataset_node_id
left join step.permitted as permitted on withdrawn.dataset_node_id = permitted.dataset_node_id
where coalesce(permitted.basis, 'consent') = 'consent';
