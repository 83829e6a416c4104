-- object: silver.log_key
-- kind: facts
-- grain: one row per (fingerprint, value) of a public key that AWS signs digests of log files with
-- sources: bronze.log_key
create table if not exists silver.log_key (
    key_fingerprint varchar,
    key_value varchar,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.log_key
select
    key.key_fingerprint,
    key.key_value,
    key.source_file,
    key.ingested_at
from bronze.log_key as key
anti join silver.log_key as known
    on key.key_fingerprint = known.key_fingerprint and key.key_value = known.key_value
qualify
    row_number() over (
        partition by key.key_fingerprint, key.key_value
        order by key.ingested_at, key.source_file, key.source_offset
    ) = 1;
