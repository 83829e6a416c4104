-- object: step.new_result
-- kind: step
-- grain: one row per metric in a new report of Evidently, and per part of one that has several; its tests beside it
-- sources: step.new_report
-- clause: Evidently 0.7.23: `json()` lists metrics and tests side by side, `dumps()` keeps them by metric, parts of a metric inside it
create or replace table step.new_result as
with result as (
    select
        report.document_id,
        report.source_file,
        entry.value ->> '$.id' as metric_id,
        entry.value -> '$.config' as params,
        entry.value -> '$.value' as found
    from step.new_report as report
    inner join lateral json_each(report.body, '$.metrics') as entry on true
    where report.kind = 'evidently.report'
    union all
    select
        report.document_id,
        report.source_file,
        entry.key as metric_id,
        entry.value -> '$.metric_value_location.metric.params' as params,
        entry.value as found
    from step.new_report as report
    inner join lateral json_each(report.body, '$.metric_results') as entry on entry.key is not null
    where report.kind = 'evidently.snapshot'
),

-- A part is an object with a value of its own; in a report the number alone.
part as (
    select
        result.document_id,
        result.source_file,
        result.metric_id,
        nullif(entry.key, 'value') as part,
        if(json_type(entry.value) = 'OBJECT', entry.value -> '$.value', entry.value) as value
    from result
    inner join lateral json_each(result.found) as entry on true
    where
        entry.key is null
        or json_type(entry.value) in ('DOUBLE', 'BIGINT', 'UBIGINT')
        or json_type(entry.value, '$.value') in ('DOUBLE', 'BIGINT', 'UBIGINT')
)

select
    result.document_id,
    result.source_file,
    result.metric_id,
    -- A type is written `evidently:metric_v2:ValueDrift`.
    coalesce(regexp_extract(result.params ->> '$.type', '([^:]+)$', 1), result.metric_id) as metric,
    coalesce(result.params ->> '$.column', 'all') as slice,
    part.part,
    if(
        json_type(part.value) in ('DOUBLE', 'BIGINT', 'UBIGINT')
        and isfinite(try_cast(part.value as double)),
        try_cast(part.value as double),
        null
    ) as value,
    if(part.part is null or part.value is null, result.found -> '$.tests', null) as tests
from result
left join part
    on
        result.document_id = part.document_id
        and result.source_file = part.source_file
        and result.metric_id is not distinct from part.metric_id;
