-- object: silver.monitoring_test
-- kind: facts
-- grain: one row per test in a report of Evidently
-- sources: step.new_report, step.new_result
-- column document_id: as in silver.document
-- column model: the model that the report is about; null if nothing says so
-- column version: the version that it is about
-- column test: what the test is called
-- column status: SUCCESS, FAIL, WARNING, ERROR or SKIPPED, as Evidently says it
-- column metric: what it tests
-- column slice: of which part
-- column value: what was found; null if the metric has several parts
-- column detail: what Evidently says of it
-- column tested_at: when; null if nothing says so
-- column source: the landing folder
-- column source_file: the file
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.monitoring_test (
    document_id blob,
    model varchar,
    version varchar,
    test varchar,
    status varchar,
    metric varchar,
    slice varchar,
    value double,
    detail varchar,
    tested_at timestamptz,
    source varchar,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.monitoring_test
with test as (
    select
        report.document_id,
        report.source_file,
        unnest(json_extract(report.body, '$.tests[*]')) as said
    from step.new_report as report
    where report.kind = 'evidently.report'
    union all
    select
        result.document_id,
        result.source_file,
        unnest(json_extract(result.tests, '$[*]')) as said
    from step.new_result as result
),

told as (
    select
        test.document_id,
        test.source_file,
        coalesce(test.said ->> '$.name', test.said ->> '$.id') as test,
        test.said ->> '$.status' as status,
        test.said ->> '$.metric_config.metric_id' as metric_id,
        test.said ->> '$.description' as detail
    from test
)

select distinct
    report.document_id,
    report.model,
    report.version,
    told.test,
    told.status,
    result.metric,
    result.slice,
    if(result.part is null, result.value, null) as value,
    told.detail,
    report.measured_at as tested_at,
    report.source,
    report.source_file,
    report.ingested_at
from told
inner join step.new_report as report
    on told.document_id = report.document_id and told.source_file = report.source_file
left join step.new_result as result
    on
        told.document_id = result.document_id
        and told.source_file = result.source_file
        and told.metric_id = result.metric_id;
