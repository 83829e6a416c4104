select
    run.runId as run_id,
    eventTime as event_at,
    used.1 as direction,
    used.2.namespace as namespace,
    used.2.name as name,
    coalesce(
        used.2.inputFacets.inputStatistics.rowCount, used.2.outputFacets.outputStatistics.rowCount
    ) as row_count,
    coalesce(
        used.2.inputFacets.inputStatistics.size, used.2.outputFacets.outputStatistics.size
    ) as total_bytes
from bench.raw
array join arrayConcat(
    arrayMap(dataset -> ('input', dataset), inputs),
    arrayMap(dataset -> ('output', dataset), outputs)
) as used
