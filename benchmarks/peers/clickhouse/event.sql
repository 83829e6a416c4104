select
    upper(eventType) as event_type,
    eventTime as event_at,
    run.runId as run_id,
    job.namespace as job_namespace,
    job.name as job_name,
    producer
from bench.raw
