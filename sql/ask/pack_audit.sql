-- object: ask.pack_audit
-- kind: ask
-- grain: one row per audit event about $version, its model without a version, or one of $runs, with the place where it was sealed
-- sources: audit.event, lake.audit_event, registry.version_name
-- clause: what was done to a model is copied as it is; of who used one, or which persons went into it, only that it happened, by whom and when: what names the thing that was used may name a person, and its digest tells whoever guesses the name
with named as (
    select
        name.model,
        name.version
    from registry.version_name as name
    where name.version_node_id = $version and name.known_to_at is null
),

about as (
    select
        event.*,
        case
            when (event.model_key, event.model_version) in (select (named.model, named.version) from named)
                then 'version'
            when event.model_version is null and event.model_key in (select named.model from named)
                then 'model'
            when event.run_id in (select unnest($runs::varchar[])) then 'run'
        end as concerns,
        event.category not in (
            'deploy', 'retire', 'register', 'approve', 'eval', 'config', 'incident'
        ) as is_withheld
    from audit.event as event
)

select
    if(about.is_withheld, null, about.event_id) as event_id,
    if(about.is_withheld, null, about.content_sha256) as content_sha256,
    about.concerns,
    about.source,
    about.occurred_at,
    about.tenant,
    about.category,
    about.action,
    about.activity_id,
    about.outcome,
    about.status_code,
    about.actor_id,
    about.actor_type,
    about.on_behalf_of,
    about.resource_type,
    if(about.is_withheld, null, about.resource_id) as resource_id,
    if(about.is_withheld, null, about.resource_name) as resource_name,
    if(about.is_withheld, null, about.resource_version) as resource_version,
    about.environment,
    about.model_key,
    about.model_version,
    about.dataset_key,
    about.run_id,
    if(about.is_withheld, null, about.reason) as reason,
    about.ticket_ref,
    if(about.is_withheld, null, about.attrs) as attrs,
    about.is_withheld,
    about.source_file,
    about.source_offset,
    about.source_bytes,
    about.ingested_at,
    sealed.batch_id as sealed_in_batch,
    sealed.task as sealed_by_task,
    sealed.row_number as sealed_at_row
from about
inner join lake.audit_event as sealed
    on
        about.source_file = sealed.source_file
        and about.source_offset = sealed.source_offset
        and about.ingested_at = sealed.ingested_at
where about.concerns is not null
order by
    about.occurred_at, about.event_id, about.content_sha256, about.source_file, about.source_offset;
