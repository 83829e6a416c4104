-- object: step.new_report
-- kind: step
-- grain: one row per Evidently report or snapshot that no earlier batch told of, with the model version that it is about
-- sources: step.new_document, step.new_place
-- clause: a snapshot names model and model_version in its metadata, else its file does: monitoring/evidently/MODEL/VERSION/…
-- clause: a report says nothing of itself: its file binds it, and the one date in the file's name is when it was made
create or replace table step.new_report as
with placed as (
    select
        document.document_id,
        document.kind,
        document.occurred_at,
        document.body,
        document.source,
        document.source_file,
        document.ingested_at
    from step.new_document as document
    where document.kind = 'evidently.snapshot'
    union all
    select
        place.document_id,
        place.kind,
        place.occurred_at,
        place.body,
        place.source,
        place.source_file,
        place.ingested_at
    from step.new_place as place
    where place.kind = 'evidently.report'
),

bound as (
    select
        placed.*,
        regexp_extract(
            placed.source_file, '(?:^|/)monitoring/evidently/([^/]+)/([^/]+)/', ['model', 'version']
        ) as folder,
        regexp_extract_all(placed.source_file, '[^0-9]([0-9]{4}-[0-9]{2}-[0-9]{2})[^0-9][^/]*$', 1)
            as dates
    from placed
)

select
    bound.document_id,
    bound.kind,
    coalesce(bound.body ->> '$.metadata.model', nullif(bound.folder.model, '')) as model,
    coalesce(bound.body ->> '$.metadata.model_version', nullif(bound.folder.version, '')) as version,
    coalesce(
        bound.occurred_at,
        if(len(bound.dates) = 1, try_cast(bound.dates[1] || 'T00:00:00Z' as timestamptz), null)
    ) as measured_at,
    bound.body,
    bound.source,
    bound.source_file,
    bound.ingested_at
from bound;
