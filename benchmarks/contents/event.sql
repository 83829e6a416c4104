select
    count(*) as row_count,
    sum(hash(event_type, epoch_us(event_at), run_id, job_namespace, job_name, producer)) as digest
from event
