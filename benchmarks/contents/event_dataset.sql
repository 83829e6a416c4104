select
    count(*) as row_count,
    sum(hash(run_id, epoch_us(event_at), direction, namespace, name, row_count, total_bytes))
        as digest
from event_dataset
