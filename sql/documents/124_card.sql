-- object: silver.card
-- kind: facts
-- grain: one row per (card, file, digest of the file)
-- sources: step.new_place
-- column document_id: as in silver.document
-- column model: the model that it speaks of
-- column version: the version that it speaks of
-- column card_sha256: the digest of the file's decompressed bytes; null if the file holds several documents
-- column artifact_sha256: the artifact that it speaks of; null if it names none, or no SHA-256
-- column written_on: its date
-- column body: the card
-- column source_file: the file
-- column source: the landing folder
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.card (
    document_id blob,
    model varchar,
    version varchar,
    card_sha256 varchar,
    artifact_sha256 varchar,
    written_on date,
    body json,
    source_file varchar,
    source varchar,
    ingested_at timestamptz
);

insert into silver.card
select
    place.document_id,
    place.body ->> '$.overview.name' as model,
    place.body ->> '$.overview.version' as version,
    place.file_sha256 as card_sha256,
    silver.sha256_of(place.body ->> '$.overview.artifact_sha256') as artifact_sha256,
    (place.occurred_at at time zone 'UTC')::date as written_on,
    place.body,
    place.source_file,
    place.source,
    place.ingested_at
from step.new_place as place
where place.kind = 'card';
