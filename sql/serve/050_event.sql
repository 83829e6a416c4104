-- object: lineage.event
-- kind: view
-- grain: one row per accepted event: its least occurrence by known time, file and offset
-- sources: lake.event
-- column event_id: SHA-256 of the event's envelope and of its facets' digests
-- column kind: run, job or dataset
-- column event_type: START, RUNNING, COMPLETE, ABORT, FAIL or OTHER; null if none was sent
-- column event_at: when it happened, cut to microseconds
-- column event_ns: the same in nanoseconds since the epoch
-- column event_time: the producer's own text
-- column ingested_at: the clock of the scan that first read it
-- column run_id: the run, null for job and dataset events
-- column job_node_id: the job, null for dataset events
-- column producer: who sent it
-- column extra_json: keys that the specification does not know
-- column source_file: where it was read
-- column source_offset: where it begins there, in decompressed bytes
-- column source_bytes: its length, in bytes
create or replace view lineage.event as
select
    lower(hex(event.event_id)) as event_id,
    event.kind,
    event.event_type,
    silver.instant(event.event_ns) as event_at,
    event.event_ns,
    event.event_time,
    event.ingested_at,
    event.run_id,
    silver.node_of('job', event.job_namespace, event.job_name) as job_node_id,
    event.producer,
    event.extra_json,
    event.source_file,
    event.source_offset,
    event.source_bytes
from lake.event as event
qualify row_number() over (
    partition by event.event_id
    order by event.ingested_at, event.source_file, event.source_offset
) = 1;
