-- object: checks.counts_add_up
-- kind: check
-- grain: one row per scanned segment whose counts do not add up
-- sources: quality.ingest
select
    ingest.source_file,
    ingest.start_offset
from quality.ingest as ingest
where
    ingest.event_count
    + ingest.duplicate_count
    + ingest.quarantined_count
    + ingest.gone_count
    != ingest.record_count
    or ingest.event_count < 0
    or ingest.duplicate_count < 0
    or ingest.gone_count < 0;
