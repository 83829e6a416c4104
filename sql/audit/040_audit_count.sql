-- object: step.audit_count
-- kind: step
-- grain: one row per scanned segment in which duplicates have come or gone: how many there are now
-- sources: quality.ingest, audit.duplicate, step.audit_occurrence
create or replace table step.audit_count as
select
    ingest.source_file,
    ingest.start_offset,
    ingest.ingested_at,
    count(duplicate.event_id) as duplicate_count
from quality.ingest as ingest
semi join step.audit_occurrence as occurrence
    on ingest.source_file = occurrence.source_file and ingest.ingested_at = occurrence.ingested_at
left join audit.duplicate as duplicate
    on
        ingest.source_file = duplicate.source_file
        and ingest.ingested_at = duplicate.ingested_at
        and ingest.start_offset <= duplicate.source_offset
        and ingest.start_offset + ingest.segment_bytes > duplicate.source_offset
group by all;

update quality.ingest
set
    event_count = record_count - quarantined_count - gone_count - audit_count.duplicate_count,
    duplicate_count = audit_count.duplicate_count
from step.audit_count as audit_count
where
    ingest.source_file = audit_count.source_file
    and ingest.start_offset = audit_count.start_offset
    and ingest.ingested_at = audit_count.ingested_at;
