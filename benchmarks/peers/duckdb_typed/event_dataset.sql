with used as (
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        'input' as direction,
        unnest(inputs) as dataset
    from raw
    union all
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        'output' as direction,
        unnest(outputs) as dataset
    from raw
)

select
    run_id,
    event_at,
    direction,
    dataset.namespace as namespace,
    dataset.name as name,
    coalesce(
        dataset."inputFacets"."inputStatistics"."rowCount",
        dataset."outputFacets"."outputStatistics"."rowCount"
    ) as row_count,
    coalesce(
        dataset."inputFacets"."inputStatistics".size,
        dataset."outputFacets"."outputStatistics".size
    ) as total_bytes
from used
