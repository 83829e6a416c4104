-- object: silver.record
-- kind: facts
-- grain: one row per record of a model, a dataset or a system that was read: a document of landing/compliance
-- sources: step.new_document
-- clause: days count to their end in UTC where they are an end, from their beginning where they are a beginning
-- column record_id: the SHA-256 of the document in hex
-- column kind: what it is, such as dpia
-- column name: how its keeper calls it; null if nobody does
-- column model: the model that it is about, by name or identifier
-- column version: the version of it alone; null: all
-- column dataset_node_id: the dataset that it is about
-- column system: the system that it is about
-- column owner_id: who keeps it
-- column approved_by: who approved it
-- column approved_at: when that day began
-- column updated_at: when the day began on which it was last gone through
-- column review_at: from when on it is overdue to be gone through
-- column ends_at: from when on it does not count any more; null if it does for good
-- column body: all that it says
-- column source_file: where it was read first
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.record (
    record_id varchar,
    kind varchar,
    name varchar,
    model varchar,
    version varchar,
    dataset_node_id varchar,
    system varchar,
    owner_id varchar,
    approved_by varchar,
    approved_at timestamptz,
    updated_at timestamptz,
    review_at timestamptz,
    ends_at timestamptz,
    body json,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.record
select
    lower(hex(document.document_id)) as record_id,
    document.body ->> '$.record' as kind,
    document.body ->> '$.id' as name,
    document.body ->> '$.model' as model,
    document.body ->> '$.version' as version,
    document.body ->> '$.dataset' as dataset_node_id,
    document.body ->> '$.system' as system,
    document.body ->> '$.owner' as owner_id,
    document.body ->> '$.approved_by' as approved_by,
    silver.begin_of(document.body ->> '$.approved_on') as approved_at,
    silver.begin_of(document.body ->> '$.updated_on') as updated_at,
    silver.end_of(document.body ->> '$.review_on') as review_at,
    silver.end_of(document.body ->> '$.ends_on') as ends_at,
    document.body,
    document.source_file,
    document.ingested_at
from step.new_document as document
where document.source = 'compliance' and document.kind like 'record.%';
