-- object: ask.report_source
-- kind: ask
-- grain: one row per folder that was read, most records first, $most at most
-- sources: quality.ingest
-- clause: folder: the first two below landing/, else where files were scanned that lie elsewhere
-- clause: total_count: how many there are
with folder as (
    select
        if(
            starts_with(ingest.source_file, 'landing/'),
            split_part(ingest.source_file, '/', 2)
            || if(
                len(string_split(ingest.source_file, '/')) > 3,
                '/' || split_part(ingest.source_file, '/', 3),
                ''
            ),
            regexp_replace(ingest.source_file, '/[^/]*$', '')
        ) as folder,
        ingest.source_file,
        ingest.record_count,
        ingest.event_count,
        ingest.duplicate_count,
        ingest.quarantined_count,
        ingest.ingested_at
    from quality.ingest as ingest
)

select
    folder.folder,
    count(distinct folder.source_file) as file_count,
    sum(folder.record_count)::bigint as record_count,
    sum(folder.event_count)::bigint as accepted_count,
    sum(folder.duplicate_count)::bigint as duplicate_count,
    sum(folder.quarantined_count)::bigint as quarantined_count,
    max(folder.ingested_at) as ingested_at,
    count(*) over () as total_count
from folder
group by folder.folder
order by record_count desc, folder.folder
limit $most;
