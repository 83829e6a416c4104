-- Every facet of every event, its body known by a hash.
create temporary table held as
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
),

held as (
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        'run' as holder,
        null::varchar as namespace,
        null::varchar as name,
        unnest(map_entries(run.facets)) as facet
    from raw
    union all
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        'job' as holder,
        job.namespace as namespace,
        job.name as name,
        unnest(map_entries(job.facets)) as facet
    from raw
    union all
    select
        run_id,
        event_at,
        direction as holder,
        dataset.namespace as namespace,
        dataset.name as name,
        unnest(map_entries(dataset.facets)) as facet
    from used
)

select
    run_id,
    event_at,
    holder,
    namespace,
    name,
    facet.key as key,
    hash(facet.value) as digest,
    facet.value as body
from held
