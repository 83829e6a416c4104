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
with occurrence as (
    select
        document.*,
        (document.source_file, document.source_offset, document.batch_id) as place
    from bronze.document as document
)

select
    document.document_id,
    min(document.source) as source,
    min(document.kind) as kind,
    min(document.occurred_at) as occurred_at,
    min(document.body)::json as body,
    arg_min(document.batch_id, document.place) as batch_id,
    min(document.ingested_at) as ingested_at,
    arg_min(document.source_file, document.place) as source_file,
    arg_min(document.source_offset, document.place) as source_offset
from occurrence as document
anti join silver.document as known on document.document_id = known.document_id
group by document.document_id;
