select
    run.runId as run_id,
    eventTime as event_at,
    dataset.namespace as namespace,
    dataset.name as name,
    entry.1 as field,
    source.namespace as input_namespace,
    source.name as input_name,
    source.field as input_field,
    step.type as transformation_type,
    step.subtype as transformation_subtype
from bench.raw
array join outputs as dataset
array join dataset.facets.columnLineage.fields as entry
array join entry.2.inputFields as source
array join source.transformations as step
