with held as (
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        'run' as holder,
        unnest(map_entries(run.facets)) as facet
    from raw
    union all
    select
        run."runId" as run_id,
        "eventTime" as event_at,
        'job' as holder,
        unnest(map_entries(job.facets)) as facet
    from raw
)

select
    run_id,
    event_at,
    holder,
    facet.key as key,
    facet.value::varchar as body
from held
