-- object: silver.log_document
-- kind: facts
-- grain: one row per digest of log files, signature of one or list of public keys that was read, each time that it was
-- sources: bronze.log_digest, bronze.log_signature, bronze.log_key
create table if not exists silver.log_document (
    kind varchar,
    source_file varchar,
    source_offset bigint,
    ingested_at timestamptz,
    digest_sha256 varchar,
    digest_file varchar,
    signature varchar
);

insert into silver.log_document
select
    'digest' as kind,
    digest.source_file,
    digest.source_offset,
    digest.ingested_at,
    lower(hex(digest.digest_sha256)) as digest_sha256,
    digest.source_file as digest_file,
    digest.signature
from bronze.log_digest as digest
union all
select
    'signature' as kind,
    signature.source_file,
    signature.source_offset,
    signature.ingested_at,
    null as digest_sha256,
    signature.digest_file,
    signature.signature
from bronze.log_signature as signature
union all
select distinct
    'keys' as kind,
    key.source_file,
    key.source_offset,
    key.ingested_at,
    null as digest_sha256,
    null as digest_file,
    null as signature
from bronze.log_key as key;
