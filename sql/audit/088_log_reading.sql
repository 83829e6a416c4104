-- object: silver.log_reading
-- kind: view
-- grain: one row per CloudTrail file and content that was read of it, from its beginning on, however often it went on
-- sources: quality.ingest, silver.log_document, silver.log_whole
-- clause: log_sha256 is null where the file was read in parts and no digest of the whole was taken
create or replace view silver.log_reading as
with part as (
    select
        ingest.source_file,
        ingest.start_offset,
        ingest.segment_bytes,
        ingest.torn_bytes,
        ingest.sha256,
        ingest.ingested_at,
        count_if(ingest.start_offset = 0) over (
            partition by ingest.source_file
            order by ingest.ingested_at, ingest.start_offset
        ) as reading,
        lead(ingest.source_file) over (
            partition by ingest.source_file
            order by ingest.ingested_at, ingest.start_offset
        ) is null as is_last
    from quality.ingest as ingest
    where ingest.source = 'audit/cloudtrail'
),

whole as (
    select
        whole.source_file,
        whole.ingested_at,
        whole.whole_sha256
    from silver.log_whole as whole
),

read as (
    select
        part.source_file,
        part.reading,
        min(part.ingested_at) as first_ingested_at,
        sum(part.segment_bytes) as file_bytes,
        count_if(part.segment_bytes > 0) as part_count,
        first(part.sha256 order by part.ingested_at, part.start_offset) as first_sha256,
        last(part.torn_bytes order by part.ingested_at, part.start_offset) as torn_bytes,
        last(whole.whole_sha256 order by part.ingested_at, part.start_offset) as whole_sha256,
        bool_or(part.is_last) as is_last
    from part
    left join whole
        on part.source_file = whole.source_file and part.ingested_at = whole.ingested_at
    group by part.source_file, part.reading
)

select
    read.source_file,
    read.reading,
    regexp_replace(parse_filename(read.source_file), '\.(gz|zst)$', '') as log_name,
    read.first_sha256,
    case when read.part_count < 2 then read.first_sha256 else read.whole_sha256 end as log_sha256,
    read.torn_bytes > 0 as is_torn,
    document.source_file is null as is_log
from read
left join (
    select distinct
        document.source_file,
        document.ingested_at
    from silver.log_document as document
) as document
    on
        read.source_file = document.source_file
        and read.first_ingested_at = document.ingested_at
-- What was unfinished from its first byte on was not read, and is if more of it came.
where read.file_bytes > 0 or read.torn_bytes = 0 or read.is_last;
