with written as (
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        unnest(outputs) as dataset
    from raw
),

output_field as (
    select
        run_id,
        event_at,
        dataset.namespace as namespace,
        dataset.name as name,
        unnest(map_entries(dataset.facets."columnLineage".fields)) as entry
    from written
),

input_field as (
    select
        run_id,
        event_at,
        namespace,
        name,
        entry.key as field,
        unnest(entry.value."inputFields") as source
    from output_field
),

step as (
    select
        run_id,
        event_at,
        namespace,
        name,
        field,
        source,
        unnest(source.transformations) as step
    from input_field
)

select
    run_id,
    event_at,
    namespace,
    name,
    field,
    source.namespace as input_namespace,
    source.name as input_name,
    source.field as input_field,
    step.type as transformation_type,
    step.subtype as transformation_subtype
from step
