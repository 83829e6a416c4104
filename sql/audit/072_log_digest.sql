-- object: silver.log_digest
-- kind: facts
-- grain: one row per digest of log files, by the SHA-256 of its file
-- sources: bronze.log_digest
-- clause: signed_sha256 is that of the string that AWS signs: end, place, SHA-256 of the digest, signature of the one before
create table if not exists silver.log_digest (
    digest_sha256 varchar,
    signed_sha256 varchar,
    account_id varchar,
    trail_name varchar,
    region varchar,
    home_region varchar,
    is_backfill boolean,
    started_at timestamptz,
    ended_at timestamptz,
    s3_bucket varchar,
    s3_object varchar,
    key_fingerprint varchar,
    signature_algorithm varchar,
    previous_s3_bucket varchar,
    previous_s3_object varchar,
    previous_sha256 varchar,
    previous_hash_algorithm varchar,
    previous_signature varchar,
    log_count bigint,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.log_digest
with occurrence as (
    select
        digest.*,
        lower(hex(digest.digest_sha256)) as own_sha256
    from bronze.log_digest as digest
)

select
    digest.own_sha256 as digest_sha256,
    sha256(
        digest.ended_text || chr(10)
        || digest.s3_bucket || '/' || digest.s3_object || chr(10)
        || digest.own_sha256 || chr(10)
        || coalesce(digest.previous_signature, 'null')
    ) as signed_sha256,
    digest.account_id,
    digest.trail_name,
    digest.region,
    digest.home_region,
    digest.is_backfill,
    digest.started_at,
    digest.ended_at,
    digest.s3_bucket,
    digest.s3_object,
    digest.key_fingerprint,
    digest.signature_algorithm,
    digest.previous_s3_bucket,
    digest.previous_s3_object,
    lower(digest.previous_sha256) as previous_sha256,
    digest.previous_hash_algorithm,
    digest.previous_signature,
    digest.log_count,
    digest.source_file,
    digest.ingested_at
from occurrence as digest
anti join silver.log_digest as known on digest.own_sha256 = known.digest_sha256
qualify
    row_number() over (
        partition by digest.own_sha256
        order by digest.ingested_at, digest.source_file, digest.source_offset
    ) = 1;
