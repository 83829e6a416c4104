-- object: silver.log_link
-- kind: view
-- grain: one row per digest of log files: how what it says of the digest before it fits what landed
-- sources: silver.log_digest, silver.log_signature, silver.log_key, silver.log_verdict
-- clause: a repeated signature is judged by RSA where the key is known, else against the signature that stands beside the digest
create or replace view silver.log_link as
with landed as (
    select distinct
        digest.s3_bucket,
        digest.s3_object
    from silver.log_digest as digest
),

own as (
    select
        signature.digest_sha256,
        list(lower(signature.signature)) as signatures
    from silver.log_signature as signature
    where signature.is_own
    group by signature.digest_sha256
),

linked as (
    select
        digest.digest_sha256,
        digest.previous_s3_object,
        digest.previous_signature,
        landed.s3_object as landed_s3_object,
        before.digest_sha256 as before_sha256,
        before.signed_sha256 as before_signed_sha256,
        before.key_fingerprint as before_key_fingerprint
    from silver.log_digest as digest
    left join landed
        on
            digest.previous_s3_bucket = landed.s3_bucket
            and digest.previous_s3_object = landed.s3_object
    left join silver.log_digest as before
        on
            digest.previous_s3_bucket = before.s3_bucket
            and digest.previous_s3_object = before.s3_object
            and digest.previous_sha256 = before.digest_sha256
),

judged as (
    select
        linked.digest_sha256,
        bool_or(verdict.is_valid) as is_valid
    from linked
    inner join silver.log_key as key on linked.before_key_fingerprint = key.key_fingerprint
    inner join silver.log_verdict as verdict
        on
            linked.before_signed_sha256 = verdict.signed_sha256
            and linked.previous_signature = verdict.signature
            and key.key_value = verdict.key_value
    group by linked.digest_sha256
)

select
    linked.digest_sha256,
    linked.previous_s3_object is not null as names_one,
    linked.landed_s3_object is not null as has_landed,
    case
        when linked.before_sha256 is null then false
        when linked.previous_signature is null then true
        when judged.is_valid is not null then judged.is_valid
        when own.signatures is not null
            then list_contains(own.signatures, lower(linked.previous_signature))
        else true
    end as fits
from linked
left join judged on linked.digest_sha256 = judged.digest_sha256
left join own on linked.before_sha256 = own.digest_sha256;
