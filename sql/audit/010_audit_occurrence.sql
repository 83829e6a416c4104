-- object: step.audit_occurrence
-- kind: step
-- grain: one row per occurrence of an audit event whose identifier occurs more than once, new or earlier
-- sources: bronze.audit_event, bronze.audit_earlier, step.new_batch, step.audit_place, step.repeated_prefix

-- noqa: disable=references.qualification
create or replace table step.audit_occurrence as
with occurrence as (
    select
        event.event_id,
        event.content_sha256,
        event.source,
        event.is_interim,
        event.action,
        event.occurred_at,
        silver.lacks_of(event) as lacks,
        event.source_file,
        event.source_offset,
        event.ingested_at
    from bronze.audit_event as event
    semi join step.new_batch as batch on event.batch_id = batch.batch_id
    union all
    select
        event.event_id,
        event.content_sha256,
        event.source,
        event.is_interim,
        event.action,
        event.occurred_at,
        silver.lacks_of(event) as lacks,
        event.source_file,
        event.source_offset,
        event.ingested_at
    from bronze.audit_earlier as event
    semi join step.audit_place as place on event.batch_id = place.batch_id
)

select occurrence.*
from occurrence
semi join step.repeated_prefix as repeated
    on silver.id_prefix(occurrence.event_id) = repeated.event_prefix;
