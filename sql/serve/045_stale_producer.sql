-- object: lineage.stale_producer
-- kind: macro
-- grain: one row per job that completed writing runs regularly and then was silent for too long
-- sources: lineage.run_at, lineage.run_io
-- clause: regular is min_runs completed runs that wrote; usual_gap_ms is the median time from one to the next
-- clause: too long is more than factor times the usual gap, up to as_of; null is the latest end of any run, not the clock on the wall
-- clause: known_at asks what we had been told of runs then; that a run wrote is told as known today
create or replace macro lineage.stale_producer(  -- noqa: disable=layout.indent
    factor := 3, min_runs := 4, as_of := null, known_at := null
) as table
with told as (
    select * from lineage.run_at(known_at := known_at)
),

ended as (
    select
        run.run_id,
        run.job_node_id,
        run.ended_at
    from told as run
    where
        run.state = 'COMPLETE'
        and (as_of is null or run.ended_at <= as_of::timestamptz)
),

writer as (
    select io.run_id
    from lineage.run_io as io
    where io.direction = 'output'
),

present as (
    select coalesce(as_of::timestamptz, max(run.ended_at)) as present_at
    from told as run
),

written as (
    select
        ended.job_node_id,
        ended.ended_at,
        epoch_ms(ended.ended_at) - lag(epoch_ms(ended.ended_at)) over (
            partition by ended.job_node_id order by ended.ended_at, ended.run_id
        ) as gap_ms
    from ended
    semi join writer on ended.run_id = writer.run_id
),

producer as (
    select
        written.job_node_id,
        count(*) as run_count,
        median(written.gap_ms)::bigint as usual_gap_ms,
        max(written.ended_at) as last_written_at,
        (factor * median(written.gap_ms))::bigint as threshold_ms
    from written
    group by written.job_node_id
    having count(*) >= min_runs
),

silent as (
    select
        producer.*,
        epoch_ms(present.present_at) - epoch_ms(producer.last_written_at) as silent_ms
    from producer
    cross join present
)

select
    silent.job_node_id,
    silent.run_count,
    silent.usual_gap_ms,
    silent.last_written_at,
    silent.silent_ms,
    silent.threshold_ms
from silent
where silent.silent_ms > silent.threshold_ms
order by silent.silent_ms desc, silent.job_node_id;
