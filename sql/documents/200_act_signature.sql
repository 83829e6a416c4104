-- object: silver.act_signature
-- kind: facts
-- grain: one row per signature under an act, as it is kept; Python adds them behind this stage
-- sources: step.new_document
-- clause: SSH signatures (PROTOCOL.sshsig) of the namespace lineage-governance, over the act without its signature, as JSON with its keys in order
-- column document_id: the act
-- column status: valid: this key has signed the act; invalid: it has not, or this is no signature; unverifiable: what was signed was masked, or keys of this kind are not known
-- column public_key: whose it says it is, as a .pub file has it, without the comment; the policy says whose key that is
-- column reason: why it is not valid; empty if it is
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.act_signature (
    document_id blob,
    status varchar,
    public_key varchar,
    reason varchar,
    ingested_at timestamptz
);

create or replace table step.signed_act as
select
    document.document_id,
    document.body::varchar as body,
    document.ingested_at
from step.new_document as document
where
    document.source in ('governance', 'compliance')
    and json_type(document.body, '$.signature') != 'NULL';
