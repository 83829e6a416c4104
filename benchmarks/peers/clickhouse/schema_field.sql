select
    run.runId as run_id,
    eventTime as event_at,
    dataset.namespace as namespace,
    dataset.name as name,
    field.name as field_path,
    field.type as type
from bench.raw
array join arrayConcat(inputs, outputs) as dataset
array join dataset.facets.schema.fields as field
