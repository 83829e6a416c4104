-- object: control.L05
-- kind: control
-- grain: one row per run that completed
-- sources: lineage.event, quality.ingest
-- clause: looked at are runs that ended after the first scan of this workspace: before, nobody listened
-- clause: late is the scan that read the terminal event more than the given hours after it
with ended as (
    select
        event.run_id,
        min(event.event_at) as ended_at,
        min(event.ingested_at) as known_at
    from lineage.event as event
    where
        event.event_type = 'COMPLETE'
        and event.ingested_at <= getvariable('known_at')
        and event.event_at <= getvariable('as_of')
    group by event.run_id
)

select
    null as scope,
    'run:' || ended.run_id as object_id,
    true as is_tested,
    if(
        ended.known_at > ended.ended_at + to_hours(step.number_of('L05', 'hours')),
        'its end was told ' || date_diff('hour', ended.ended_at, ended.known_at) || ' hours after it',
        null
    ) as finding,
    null as missing,
    ended.ended_at as since_at,
    [] as evidence
from ended
where ended.ended_at >= (select min(ingest.ingested_at) from quality.ingest as ingest);
