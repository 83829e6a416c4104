-- object: governance.withdrawn_use_at
-- kind: macro
-- grain: one row per person whose consent was withdrawn and whose rows went into a dataset behind a version afterwards
-- sources: governance.permitted_at, silver.act, audit.event
-- clause: GDPR Art. 7(3): what was lawful before the withdrawal stays so
-- clause: only inclusions that an audit log tells of are seen: events of category train about a subject and a dataset
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: subject_ref: the pseudonym of the person
-- clause: withdrawn_at: when consent was withdrawn
-- clause: included_at: when the person's rows first went into the dataset afterwards
-- clause: dataset_node_id: the dataset
-- clause: act_id: the withdrawal

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.withdrawn_use_at(rules, version, as_of, known_at := null) as table
with withdrawn as (
    select
        act.data ->> '$.subject_ref' as subject_ref,
        act.data ->> '$.dataset' as source_node_id,
        act.acted_at as withdrawn_at,
        act.act_id
    from silver.act as act
    where
        act.area = 'retention'
        and act.act = 'consent_withdrawn'
        and act.acted_at <= as_of::timestamptz
        and (known_at is null or act.ingested_at <= known_at::timestamptz)
),

permitted as materialized (
    select
        permitted_at.dataset_node_id,
        permitted_at.basis
    from governance.permitted_at(rules, version, as_of, known_at := known_at) as permitted_at
)

select
    withdrawn.subject_ref,
    withdrawn.withdrawn_at,
    min(event.occurred_at) as included_at,
    permitted.dataset_node_id,
    min(withdrawn.act_id) as act_id
from withdrawn
inner join audit.event as event
    on withdrawn.subject_ref = event.resource_id and withdrawn.withdrawn_at < event.occurred_at
inner join permitted on event.dataset_key = permitted.dataset_node_id
where
    event.category = 'train'
    and event.resource_type = 'subject'
    and event.occurred_at <= as_of::timestamptz
    and (known_at is null or event.ingested_at <= known_at::timestamptz)
    and (
        withdrawn.source_node_id is null
        or withdrawn.source_node_id in (
            select consented.dataset_node_id
            from permitted as consented
            where coalesce(consented.basis, 'consent') = 'consent'
        )
    )
group by all;
