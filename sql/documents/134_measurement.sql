-- object: silver.measurement
-- kind: facts
-- grain: one row per value that monitoring found of a model version, as each document tells it
-- sources: step.new_document, step.new_report, step.new_result
-- clause: what is no number is kept without its value: that it was looked at is known, not what was found
-- clause: `auc.age_18_30` is the metric auc of the slice age_18_30; of Evidently's metrics the column is the slice, and `:share` tells the parts of one apart
-- column document_id: as in silver.document
-- column model: the model as the monitor names it; null if nothing does
-- column version: the version as the monitor names it
-- column metric: what was measured
-- column slice: of which part; `all` is the whole
-- column value: what was found; null if it is no number
-- column measured_at: when; null if nothing says so
-- column source: the landing folder
-- column source_file: the file
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.measurement (
    document_id blob,
    model varchar,
    version varchar,
    metric varchar,
    slice varchar,
    value double,
    measured_at timestamptz,
    source varchar,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.measurement
with measured as (
    select
        document.document_id,
        document.body ->> '$.model' as model,
        document.body ->> '$.model_version' as version,
        regexp_extract(entry.key, '^([^.]*)', 1) as metric,
        regexp_extract(entry.key, '^[^.]*[.](.+)$', 1) as slice,
        try_cast(entry.value as double) as value,
        document.occurred_at as measured_at,
        document.source,
        document.source_file,
        document.ingested_at
    from step.new_document as document
    inner join lateral json_each(document.body, '$.metrics') as entry on entry.key is not null
    where document.kind = 'measurement'
)

select distinct
    measured.document_id,
    measured.model,
    measured.version,
    measured.metric,
    coalesce(nullif(measured.slice, ''), 'all') as slice,
    if(isfinite(measured.value), measured.value, null) as value,
    measured.measured_at,
    measured.source,
    measured.source_file,
    measured.ingested_at
from measured
union
select
    report.document_id,
    report.model,
    report.version,
    concat_ws(':', result.metric, result.part) as metric,
    result.slice,
    result.value,
    report.measured_at,
    report.source,
    report.source_file,
    report.ingested_at
from step.new_report as report
inner join step.new_result as result
    on report.document_id = result.document_id and report.source_file = result.source_file;
