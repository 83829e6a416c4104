-- object: step.audit_gone
-- kind: step
-- grain: one row per new segment of an audit log of which not all that was accepted is there: how much is not
-- sources: bronze.segment, bronze.audit_event, bronze.log_digest, bronze.log_signature, bronze.log_key, step.new_batch, quality.ingest, silver.gone_of

-- noqa: disable=structure.unused_cte
create or replace table step.audit_gone as
with occurrence as (
    select
        event.batch_id,
        event.source_file,
        event.source_offset
    from bronze.audit_event as event
    union all
    select
        digest.batch_id,
        digest.source_file,
        digest.source_offset
    from bronze.log_digest as digest
    union all
    select
        signature.batch_id,
        signature.source_file,
        signature.source_offset
    from bronze.log_signature as signature
    union all
    select distinct
        key.batch_id,
        key.source_file,
        key.source_offset
    from bronze.log_key as key
),

accepted as (
    select segment.*
    from bronze.segment as segment
    semi join step.new_batch as batch on segment.batch_id = batch.batch_id
    where starts_with(segment.source, 'audit/')
)

select
    gone_of.source_file,
    gone_of.start_offset,
    gone_of.ingested_at,
    gone_of.gone_count
from silver.gone_of('accepted', 'occurrence') as gone_of;

update quality.ingest
set
    event_count = event_count - gone.gone_count,
    gone_count = gone.gone_count
from step.audit_gone as gone
where
    ingest.source_file = gone.source_file
    and ingest.start_offset = gone.start_offset
    and ingest.ingested_at = gone.ingested_at;
