create view event as
select
    event_type,
    make_timestamp(event_ns // 1000) as event_at,
    run_id,
    job_namespace,
    job_name,
    producer
from out_event
