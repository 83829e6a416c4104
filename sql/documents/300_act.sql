-- object: silver.act
-- kind: facts
-- grain: one row per act of a person that was read: a CloudEvent of landing/governance or landing/compliance
-- sources: step.new_document
-- clause: CloudEvents 1.0.2; of acts with the same content the least (ingested_at, source_file, source_offset) is kept
-- column act_id: the SHA-256 of the document in hex: the act's kind, its time and its body
-- column area: governance, retention or compliance
-- column act: what was done, such as approved
-- column subject: to what: mostly the identifier of a node
-- column actor_id: who did it, as the act names them
-- column acted_at: when, as the act says
-- column reason: why, as the act says
-- column submission: the digest of what was submitted, if the act is on one
-- column stage: the stage of approval, if it is on one
-- column ticket: the ticket that it belongs to
-- column expires_at: from when on it does not count any more: the end of the day that it names, in UTC
-- column data: all that it says
-- column is_signed: whether it has a signature; see silver.act_signature
-- column source: where it was done, as the act says
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.act (
    act_id varchar,
    area varchar,
    act varchar,
    subject varchar,
    actor_id varchar,
    acted_at timestamptz,
    reason varchar,
    submission varchar,
    stage varchar,
    ticket varchar,
    expires_at timestamptz,
    data json,
    is_signed boolean,
    source varchar,
    ingested_at timestamptz
);

insert into silver.act
select
    lower(hex(document.document_id)) as act_id,
    split_part(document.kind, '.', 2) as area,
    split_part(document.kind, '.', 3) as act,
    document.body ->> '$.subject' as subject,
    document.body ->> '$.data.actor' as actor_id,
    document.occurred_at as acted_at,
    document.body ->> '$.data.reason' as reason,
    document.body ->> '$.data.submission' as submission,
    document.body ->> '$.data.stage' as stage,
    document.body ->> '$.data.ticket' as ticket,
    silver.end_of(document.body ->> '$.data.expires_on') as expires_at,
    document.body -> '$.data' as data,
    document.body ->> '$.signature' is not null as is_signed,
    document.body ->> '$.source' as source,
    document.ingested_at
from step.new_document as document
where document.source in ('governance', 'compliance') and document.kind like 'lineage.%';
