-- object: audit.event
-- kind: view
-- grain: one row per audit event: its least occurrence by known time, file and offset; of one identifier with different contents one row each
-- sources: lake.audit_event, audit.duplicate
-- clause: notes of requests that were not answered yet are left out, also of those whose answer never came; lake/bronze/audit_event holds them
-- column event_id: SHA-256 of the source and its own identifier, or of the record where it has none
-- column content_sha256: SHA-256 of the record: rows that share event_id and differ in it are flagged
-- column source: the format of the record, or the name of the generic source
-- column source_event_id: the source's own identifier
-- column occurred_at: when it happened, cut to microseconds
-- column occurred_text: the source's own text for it
-- column tenant: the account, the cluster or the workspace in which it happened
-- column category: train, eval, register, approve, deploy, config, incident, retire, access, retention or other
-- column action: what was done, in the source's own word
-- column activity_id: the kind of action by OCSF API Activity: 1 create, 2 read, 3 update, 4 delete, 99 other, 0 unknown
-- column outcome: success, failure, denied or unknown
-- column status_code: the source's code for the outcome
-- column actor_id: who did it
-- column actor_type: human, service, system or unknown
-- column on_behalf_of: as whom or for whom the actor acted
-- column src_ip: where the request came from, an address or the name of a service
-- column user_agent: the program that sent the request
-- column session_id: the session of the actor
-- column correlation_id: what ties records of one request together
-- column resource_type: what kind of thing it was done to
-- column resource_id: the thing, as the source identifies it
-- column resource_name: the thing, as people call it
-- column resource_version: its version
-- column environment: such as prod or staging
-- column model_key: the model that it concerns
-- column model_version: the version of that model
-- column dataset_key: the dataset that it concerns
-- column run_id: the run that it concerns
-- column reason: the reason that was given
-- column ticket_ref: the ticket that was named
-- column attrs: further attributes that the source's mapping allows, as JSON
-- column retention_class: how long the source says that it is to be kept
-- column source_file: where it was read
-- column source_offset: where it begins there, in decompressed bytes
-- column source_bytes: its length, in bytes
-- column raw_ref: file, offset and length of the raw record
-- column subject_ref: the pseudonym of the person whom it concerns; null until identity maps are read
-- column legal_hold: whether a legal hold keeps it; null: unknown until holds are kept
-- column ingested_at: the clock of the scan that first read it
create or replace view audit.event as
select
    lower(hex(event.event_id)) as event_id,
    lower(hex(event.content_sha256)) as content_sha256,
    event.source,
    event.source_event_id,
    event.occurred_at,
    event.occurred_text,
    event.tenant,
    event.category,
    event.action,
    event.activity_id,
    event.outcome,
    event.status_code,
    event.actor_id,
    event.actor_type,
    event.on_behalf_of,
    event.src_ip,
    event.user_agent,
    event.session_id,
    event.correlation_id,
    event.resource_type,
    event.resource_id,
    event.resource_name,
    event.resource_version,
    event.environment,
    event.model_key,
    event.model_version,
    event.dataset_key,
    event.run_id,
    event.reason,
    event.ticket_ref,
    event.attrs,
    event.retention_class,
    event.source_file,
    event.source_offset,
    event.source_bytes,
    event.source_file || '@' || event.source_offset || '+' || event.source_bytes as raw_ref,
    null::varchar as subject_ref,
    null::boolean as legal_hold,
    event.ingested_at
from lake.audit_event as event
anti join audit.duplicate as duplicate
    on
        event.source_file = duplicate.source_file
        and event.source_offset = duplicate.source_offset
        and event.ingested_at = duplicate.ingested_at
where event.is_interim is not true;
