-- object: ask.source_totals
-- kind: ask
-- grain: one row per landing folder that was read, by what had been told at $known_at
-- sources: quality.ingest
select
    ingest.source,
    count(distinct ingest.source_file) as file_count,
    sum(ingest.record_count)::bigint as record_count,
    sum(ingest.event_count)::bigint as event_count,
    sum(ingest.duplicate_count)::bigint as duplicate_count,
    sum(ingest.quarantined_count)::bigint as quarantined_count,
    sum(ingest.gone_count)::bigint as gone_count,
    min(ingest.first_event_at) as first_event_at,
    max(ingest.last_event_at) as last_event_at,
    max(ingest.ingested_at) as last_ingested_at
from quality.ingest as ingest
where ingest.ingested_at <= $known_at
group by ingest.source
order by ingest.source;
