-- object: registry.card
-- kind: history
-- grain: one row per (model, version, card, validity, known time): the card of a version
-- sources: silver.card, step.version_name
-- clause: a card is valid from its date, or from the scan that first read it if it has none, until that of the next card of the version
-- clause: of cards with one date the one that was read last counts, whatever file it lay in; the others are known no more from then on, and stay in silver.card
-- column version_node_id: the registered version of that name; null if there is none or more than one
-- column model: the model that it speaks of
-- column version: the version that it speaks of
-- column card_sha256: the digest of its file's bytes, decompressed; null if the file holds several documents
-- column artifact_sha256: the artifact that it says it speaks of; null if it names none, or no SHA-256
-- column written_on: its date; null if it has none
-- column body: the card
-- column document_id: as in silver.document
-- column source_file: the file
-- column source: the landing folder
-- column valid_from_at: its date
-- column valid_to_at: the date of the next one; null while it is the last
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.card (
    version_node_id varchar,
    model varchar,
    version varchar,
    card_sha256 varchar,
    artifact_sha256 varchar,
    written_on date,
    body json,
    document_id blob,
    source_file varchar,
    source varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.card as
with read as (
    select
        card.*,
        coalesce(card.written_on::timestamp at time zone 'UTC', card.ingested_at) as from_at
    from silver.card as card
    where card.ingested_at <= getvariable('known_at')
),

counting as (
    select read.*
    from read
    qualify
        row_number() over (
            partition by read.model, read.version, read.from_at
            order by
                read.ingested_at desc, read.document_id desc, read.card_sha256 desc, read.source_file desc
        ) = 1
)

select
    named.version_node_id,
    counting.model,
    counting.version,
    counting.card_sha256,
    counting.artifact_sha256,
    counting.written_on,
    counting.body,
    counting.document_id,
    counting.source_file,
    counting.source,
    counting.from_at as valid_from_at,
    lead(counting.from_at) over (
        partition by counting.model, counting.version order by counting.from_at
    ) as valid_to_at
from counting
left join step.version_name as named
    on counting.model = named.model and counting.version = named.version;

-- noqa: disable=layout.indent
merge into registry.card as told
using step.card as fact
    on
        told.known_to_at is null
        and told.version_node_id is not distinct from fact.version_node_id
        and told.model = fact.model
        and told.version = fact.version
        and told.card_sha256 is not distinct from fact.card_sha256
        and told.artifact_sha256 is not distinct from fact.artifact_sha256
        and told.written_on is not distinct from fact.written_on
        and told.body is not distinct from fact.body
        and told.document_id = fact.document_id
        and told.source_file = fact.source_file
        and told.source is not distinct from fact.source
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, model, version, card_sha256, artifact_sha256, written_on, body,
        document_id, source_file, source, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.model, fact.version, fact.card_sha256, fact.artifact_sha256,
        fact.written_on, fact.body, fact.document_id, fact.source_file, fact.source,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.card
where known_from_at = known_to_at;
