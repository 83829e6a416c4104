-- object: ask.duplicates
-- kind: ask
-- grain: one row: how many records of the scan at $known_at were events known before
-- sources: quality.ingest
select coalesce(sum(ingest.duplicate_count), 0)::bigint as duplicate_count
from quality.ingest as ingest
where ingest.ingested_at = $known_at;
