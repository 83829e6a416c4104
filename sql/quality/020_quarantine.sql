-- object: quality.quarantine
-- kind: facts
-- grain: one row per rejected record, or facet that was set aside
-- sources: bronze.quarantine, step.new_batch
-- column scope: record (it is not in any other table) or facet (its event was kept)
-- column source_file: the file
-- column source_offset: where the record begins, in decompressed bytes
-- column source_bytes: its length, in bytes
-- column reason_code: why, to count by
-- column reason: why, in a sentence; never the content
-- column ingested_at: the clock of the scan
create table if not exists quality.quarantine (
    scope varchar,
    source_file varchar,
    source_offset bigint,
    source_bytes bigint,
    reason_code varchar,
    reason varchar,
    ingested_at timestamptz
);

insert into quality.quarantine
select
    rejected.scope,
    rejected.source_file,
    rejected.source_offset,
    rejected.source_bytes,
    rejected.reason_code,
    rejected.reason,
    rejected.ingested_at
from bronze.quarantine as rejected
semi join step.new_batch as batch on rejected.batch_id = batch.batch_id;
