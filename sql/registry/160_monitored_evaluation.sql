-- object: step.monitored_evaluation
-- kind: step
-- grain: one row per value that monitoring found of a registered model version, as of the known time
-- sources: silver.measurement, step.version_name
-- clause: what is measured stays measured: it is valid from then on; where nothing says when, from the scan that told us
-- clause: what names no version that is registered once stays in silver.measurement alone
create or replace table step.monitored_evaluation as
select
    named.version_node_id,
    measurement.metric,
    measurement.slice,
    measurement.value,
    measurement.measured_at,
    null::varchar as dataset_name,
    null::varchar as dataset_digest,
    null::varchar as run_id,
    'monitoring' as phase,
    measurement.document_id,
    measurement.source,
    min(measurement.ingested_at) as seen_at,
    min(coalesce(measurement.measured_at, measurement.ingested_at)) as valid_from_at,
    null::timestamptz as valid_to_at
from silver.measurement as measurement
inner join step.version_name as named
    on measurement.model = named.model and measurement.version = named.version
where
    named.version_node_id is not null
    and measurement.ingested_at <= getvariable('known_at')
group by all;
