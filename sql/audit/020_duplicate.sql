-- object: audit.duplicate
-- kind: facts
-- grain: one row per occurrence of an audit event that audit.event leaves out, because it keeps another
-- sources: step.audit_occurrence
-- clause: of occurrences with the same identifier and the same content the least (ingested_at, source_file, source_offset) is kept
-- column source: the format of the record, or the name of the generic source
-- column source_file: the file in which it was read again
-- column source_offset: where it begins there, in decompressed bytes
-- column ingested_at: the clock of the scan that read it: since then it is known to be a duplicate
-- column event_id: the event
-- column is_interim: whether it is a note of a request that was not answered yet, which no row of audit.event shows
-- column action: what was done, as in audit.event
-- column day_on: the day, in UTC, on which it happened
-- column lacks: what the record does not say, as in audit.activity
-- column kept_source_file: the file of the occurrence that is kept
-- column kept_source_offset: where that one begins, in decompressed bytes
create table if not exists audit.duplicate (
    source varchar,
    source_file varchar,
    source_offset bigint,
    ingested_at timestamptz,
    event_id varchar,
    is_interim boolean,
    action varchar,
    day_on date,
    lacks utinyint,
    kept_source_file varchar,
    kept_source_offset bigint
);

delete from audit.duplicate
where (source_file, source_offset, ingested_at) in (
    select
        occurrence.source_file,
        occurrence.source_offset,
        occurrence.ingested_at
    from step.audit_occurrence as occurrence
);

insert into audit.duplicate
select
    occurrence.source,
    occurrence.source_file,
    occurrence.source_offset,
    occurrence.ingested_at,
    lower(hex(occurrence.event_id)) as event_id,
    occurrence.is_interim,
    occurrence.action,
    make_timestamp(epoch_us(occurrence.occurred_at))::date as day_on,
    occurrence.lacks,
    first_value(occurrence.source_file) over arrival as kept_source_file,
    first_value(occurrence.source_offset) over arrival as kept_source_offset
from step.audit_occurrence as occurrence
window
    arrival as (
        partition by occurrence.event_id, occurrence.content_sha256
        order by occurrence.ingested_at, occurrence.source_file, occurrence.source_offset
    )
qualify row_number() over arrival > 1;
