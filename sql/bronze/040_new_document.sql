-- object: step.new_document
-- kind: step
-- grain: one row per document that no earlier batch held; its least occurrence by file and offset
-- sources: bronze.document
create table if not exists silver.document (
    document_id blob,
    source varchar,
    kind varchar,
    occurred_at timestamptz,
    body json,
    source_file varchar,
    ingested_at timestamptz
);

create or replace table step.new_document as
select
    document.document_id,
    min(document.source) as source,
    min(document.kind) as kind,
    min(document.occurred_at) as occurred_at,
    min(document.body)::json as body,
    min(document.batch_id) as batch_id,
    min(document.ingested_at) as ingested_at,
    arg_min(document.source_file, (document.source_file, document.source_offset)) as source_file,
    arg_min(
        document.source_offset, (document.source_file, document.source_offset)
    ) as source_offset
from bronze.document as document
anti join silver.document as known on document.document_id = known.document_id
group by document.document_id;
