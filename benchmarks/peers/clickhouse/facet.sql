select
    run.runId as run_id,
    eventTime as event_at,
    held.1 as holder,
    held.2.1 as key,
    held.2.2 as body
from bench.raw
array join arrayConcat(
    arrayMap(facet -> ('run', facet), arrayZip(mapKeys(run.facets), mapValues(run.facets))),
    arrayMap(facet -> ('job', facet), arrayZip(mapKeys(job.facets), mapValues(job.facets)))
) as held
