-- object: step.disposed_object
-- kind: step
-- grain: one row per object that was disposed of, with a certificate or a confirmation
-- sources: retention.disposition, quality.ingest
-- column told_at: the last time that it told of, where it was a landing file; null otherwise
create or replace table step.disposed_object as
with ended as (
    select
        'file:' || ingest.source_file as object_id,
        max(ingest.last_event_at) as last_event_at
    from quality.ingest as ingest
    group by ingest.source_file
)

select
    disposition.object_id,
    disposition.certificate ->> '$.subject.class' as class,
    disposition.state,
    disposition.ended_at,
    disposition.certificate_sha256,
    ended.last_event_at as told_at
from retention.disposition as disposition
left join ended on disposition.object_id = ended.object_id
where
    disposition.state in ('disposed', 'confirmed', 'anonymised')
    and disposition.ended_at <= getvariable('as_of')
    and disposition.known_from_at <= getvariable('known_at');
