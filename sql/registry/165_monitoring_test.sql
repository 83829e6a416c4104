-- object: registry.monitoring_test
-- kind: history
-- grain: one row per (test, report, version, known time): what a monitor tested of a model in service, and how it came out
-- sources: silver.monitoring_test, step.version_name
-- clause: a report that names no model, by itself or by its folder, is kept: version_node_id, model and version are null
-- column version_node_id: the registered version of that name; null if there is none or more than one
-- column model: the model that the report is about
-- column version: the version that it is about
-- column test: what the test is called
-- column status: SUCCESS, FAIL, WARNING, ERROR or SKIPPED, as Evidently says it
-- column metric: what it tests
-- column slice: of which part: the column
-- column value: what was found; null if the metric has several parts
-- column detail: what the monitor says of it
-- column tested_at: when; null if nothing says so
-- column document_id: as in silver.document
-- column source_file: the file
-- column source: the landing folder
-- column valid_from_at: when it was tested, or the scan that told us
-- column valid_to_at: null
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.monitoring_test (
    version_node_id varchar,
    model varchar,
    version varchar,
    test varchar,
    status varchar,
    metric varchar,
    slice varchar,
    value double,
    detail varchar,
    tested_at timestamptz,
    document_id blob,
    source_file varchar,
    source varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.monitoring_test as
select
    named.version_node_id,
    test.model,
    test.version,
    test.test,
    test.status,
    test.metric,
    test.slice,
    test.value,
    test.detail,
    test.tested_at,
    test.document_id,
    test.source_file,
    test.source,
    min(coalesce(test.tested_at, test.ingested_at)) as valid_from_at,
    null::timestamptz as valid_to_at
from silver.monitoring_test as test
left join step.version_name as named
    on test.model = named.model and test.version = named.version
where test.ingested_at <= getvariable('known_at')
group by all;

-- noqa: disable=layout.indent
merge into registry.monitoring_test as told
using step.monitoring_test as fact
    on
        told.known_to_at is null
        and told.version_node_id is not distinct from fact.version_node_id
        and told.model is not distinct from fact.model
        and told.version is not distinct from fact.version
        and told.test is not distinct from fact.test
        and told.status is not distinct from fact.status
        and told.metric is not distinct from fact.metric
        and told.slice is not distinct from fact.slice
        and told.value is not distinct from fact.value
        and told.detail is not distinct from fact.detail
        and told.tested_at is not distinct from fact.tested_at
        and told.document_id = fact.document_id
        and told.source_file = fact.source_file
        and told.source = fact.source
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, model, version, test, status, metric, slice, value, detail, tested_at,
        document_id, source_file, source, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.model, fact.version, fact.test, fact.status, fact.metric,
        fact.slice, fact.value, fact.detail, fact.tested_at, fact.document_id, fact.source_file,
        fact.source, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.monitoring_test
where known_from_at = known_to_at;
