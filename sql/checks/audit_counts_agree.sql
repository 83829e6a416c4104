-- object: checks.audit_counts_agree
-- kind: check
-- grain: one row if the audit events that scans counted are not those that their sources count
-- sources: quality.ingest, audit.source, silver.log_document
-- clause: what vouches for log files is read in the same folders and counts each time that it is read
with scanned as (
    select
        coalesce(sum(ingest.event_count), 0) as event_count,
        coalesce(sum(ingest.duplicate_count), 0) as duplicate_count
    from quality.ingest as ingest
    where starts_with(ingest.source, 'audit/')
),

kept as (
    select
        coalesce(sum(source.event_count + source.interim_count), 0)
        + (select count(*) from silver.log_document) as event_count,
        coalesce(sum(source.duplicate_count), 0) as duplicate_count
    from audit.source as source
)

select
    scanned.event_count as scanned_event_count,
    kept.event_count as kept_event_count,
    scanned.duplicate_count as scanned_duplicate_count,
    kept.duplicate_count as kept_duplicate_count
from scanned
cross join kept
where
    scanned.event_count != kept.event_count
    or scanned.duplicate_count != kept.duplicate_count;
