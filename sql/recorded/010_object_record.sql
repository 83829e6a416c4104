-- object: step.object_record
-- kind: step
-- grain: one row per document that an object consists of, of those that are asked for
-- sources: bronze.document, step.wanted_object
-- clause: the identifiers are those of retention.object_at
create or replace table step.object_record as
with told as (
    select
        case
            when document.kind = 'prediction'
                then
                    concat_ws(
                        ':', 'prediction', document.body ->> '$.model',
                        document.body ->> '$.model_version',
                        (document.occurred_at at time zone 'UTC')::date
                    )
            when document.kind = 'lineage.governance.decided.v1'
                then 'decision:' || lower(hex(document.document_id))
            when starts_with(document.kind, 'lineage.governance.')
                then 'approval:' || lower(hex(document.document_id))
            else 'card:' || lower(hex(document.document_id))
        end as object_id,
        document.source,
        document.source_file,
        document.source_offset,
        document.source_bytes,
        document.document_id,
        document.batch_id,
        document.task,
        document.row_number,
        document.body
    from bronze.document as document
)

select told.*
from told
semi join step.wanted_object as wanted on told.object_id = wanted.object_id
order by told.object_id, told.source_file, told.source_offset, told.batch_id, told.row_number;
