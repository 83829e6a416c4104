-- object: quality.ingest
-- kind: facts
-- grain: one row per scanned segment of a file
-- sources: bronze.segment, bronze.event, bronze.document, step.new_event, step.new_document, step.new_batch, silver.gone_of
-- clause: event_count + duplicate_count + quarantined_count + gone_count = record_count
-- clause: a segment stays when its file has gone: all that was accepted of it is gone, and what of that others held as well is new where it was read there
-- column source_file: the file, relative to the workspace
-- column source: its landing folder
-- column start_offset: where the segment begins, in decompressed bytes
-- column sha256: digest of the segment's decompressed bytes
-- column segment_bytes: decompressed bytes in the segment
-- column torn_bytes: bytes behind it that hold an unfinished record, left for the next scan
-- column record_count: records found
-- column event_count: events that were new
-- column duplicate_count: events that were known already
-- column quarantined_count: records that were set aside
-- column gone_count: records that were accepted and are not there any more: erased, or gone with what told of them; the log says by which clause
-- column redaction_count: secret values that were masked
-- column is_rewrite: whether the file no longer began as it did when scanned before
-- column first_event_at: earliest event time in the segment
-- column last_event_at: latest event time in the segment
-- column ingested_at: the clock of the scan
create table if not exists quality.ingest (
    source_file varchar,
    source varchar,
    start_offset bigint,
    sha256 varchar,
    segment_bytes bigint,
    torn_bytes bigint,
    record_count bigint,
    event_count bigint,
    duplicate_count bigint,
    quarantined_count bigint,
    gone_count bigint,
    redaction_count bigint,
    is_rewrite boolean,
    first_event_at timestamptz,
    last_event_at timestamptz,
    ingested_at timestamptz
);

-- noqa: disable=structure.unused_cte
insert into quality.ingest
with new_record as (
    select
        event.batch_id,
        event.source_file,
        event.source_offset
    from step.new_event as event
    union all
    select
        document.batch_id,
        document.source_file,
        document.source_offset
    from step.new_document as document
),

first_occurrence as (
    select
        segment.batch_id,
        segment.source_file,
        segment.start_offset,
        count(*) as event_count
    from bronze.segment as segment
    inner join new_record
        on
            segment.batch_id = new_record.batch_id
            and segment.source_file = new_record.source_file
            and segment.start_offset <= new_record.source_offset
            and segment.end_offset > new_record.source_offset
    where not starts_with(segment.source, 'audit/')
    group by all
),

occurrence as (
    select
        event.batch_id,
        event.source_file,
        event.source_offset
    from bronze.event as event
    union all
    select
        document.batch_id,
        document.source_file,
        document.source_offset
    from bronze.document as document
),

accepted as (
    select segment.*
    from bronze.segment as segment
    semi join step.new_batch as batch on segment.batch_id = batch.batch_id
    -- What audit logs lack is found out with what they hold twice.
    where not starts_with(segment.source, 'audit/')
),

gone as (
    select gone_of.*
    from silver.gone_of('accepted', 'occurrence') as gone_of
),

counted as (
    select
        segment.*,
        coalesce(gone.gone_count, 0) as gone_count,
        -- Which audit events are duplicates is found out later, for all batches together.
        case
            when starts_with(segment.source, 'audit/') then segment.accepted_count
            else coalesce(first_occurrence.event_count, 0)
        end as event_count
    from bronze.segment as segment
    left join first_occurrence
        on
            segment.batch_id = first_occurrence.batch_id
            and segment.source_file = first_occurrence.source_file
            and segment.start_offset = first_occurrence.start_offset
    left join gone
        on
            segment.batch_id = gone.batch_id
            and segment.source_file = gone.source_file
            and segment.start_offset = gone.start_offset
    semi join step.new_batch as batch on segment.batch_id = batch.batch_id
)

select
    counted.source_file,
    counted.source,
    counted.start_offset,
    lower(hex(counted.sha256)) as sha256,
    counted.end_offset - counted.start_offset as segment_bytes,
    counted.torn_bytes,
    counted.record_count,
    counted.event_count,
    counted.accepted_count - counted.event_count - counted.gone_count as duplicate_count,
    counted.quarantined_count,
    counted.gone_count,
    counted.redaction_count,
    counted.is_rewrite,
    counted.first_event_at,
    counted.last_event_at,
    counted.ingested_at
from counted;
