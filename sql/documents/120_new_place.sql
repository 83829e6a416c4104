-- object: step.new_place
-- kind: step
-- grain: one row per (document, file, digest of the file) that no earlier batch held, of cards and of reports that say nothing of themselves but by their file
-- sources: bronze.document, bronze.segment, step.new_batch
-- clause: a file with several documents has no digest of one
create table if not exists silver.document_place (
    document_id blob,
    kind varchar,
    occurred_at timestamptz,
    source varchar,
    source_file varchar,
    file_sha256 varchar,
    ingested_at timestamptz
);

create or replace table step.new_place as
select
    document.document_id,
    document.source_file,
    case
        when segment.start_offset = 0 and segment.record_count = 1 and segment.torn_bytes = 0
            then lower(hex(segment.sha256))
    end as file_sha256,
    min(document.kind) as kind,
    min(document.occurred_at) as occurred_at,
    min(document.source) as source,
    min(document.body)::json as body,
    min(document.ingested_at) as ingested_at
from bronze.document as document
semi join step.new_batch as batch on document.batch_id = batch.batch_id
left join bronze.segment as segment
    on
        document.batch_id = segment.batch_id
        and document.source_file = segment.source_file
        and document.source_offset >= segment.start_offset
        and document.source_offset < segment.end_offset
where document.kind in ('card', 'evidently.report')
group by all;

delete from step.new_place as place
using silver.document_place as known
where
    place.document_id = known.document_id
    and place.source_file = known.source_file
    and place.file_sha256 is not distinct from known.file_sha256;
