with used as (
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        unnest(inputs) as dataset
    from raw
    union all
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        unnest(outputs) as dataset
    from raw
),

schema_column as (
    select
        run_id,
        event_at,
        dataset.namespace as namespace,
        dataset.name as name,
        unnest(dataset.facets.schema.fields) as described
    from used
)

select
    run_id,
    event_at,
    namespace,
    name,
    described.name as field_path,
    described.type as type
from schema_column
