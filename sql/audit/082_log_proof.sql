-- object: silver.log_proof
-- kind: view
-- grain: one row per digest of log files: whether it was signed by AWS
-- sources: silver.log_digest, silver.log_signature, silver.log_key, silver.log_verdict
create or replace view silver.log_proof as
with known_key as (
    select
        key.key_fingerprint,
        count(*) as key_count
    from silver.log_key as key
    group by key.key_fingerprint
),

told as (
    select
        signature.digest_sha256,
        count(*) as signature_count
    from silver.log_signature as signature
    group by signature.digest_sha256
),

judged as (
    select
        digest.digest_sha256,
        count(verdict.is_valid) as verdict_count,
        bool_or(verdict.is_valid) as is_valid
    from silver.log_digest as digest
    inner join silver.log_signature as signature on digest.digest_sha256 = signature.digest_sha256
    inner join silver.log_key as key on digest.key_fingerprint = key.key_fingerprint
    inner join silver.log_verdict as verdict
        on
            digest.signed_sha256 = verdict.signed_sha256
            and signature.signature = verdict.signature
            and key.key_value = verdict.key_value
    group by digest.digest_sha256
),

reasoned as (
    select
        digest.digest_sha256,
        case
            when digest.signature_algorithm != 'SHA256withRSA' then 'other_algorithm'
            when known_key.key_count is null then 'no_key'
            when known_key.key_count > 1 then 'keys_differ'
            when told.signature_count is null then 'no_signature'
            when coalesce(judged.verdict_count, 0) = 0 then 'unusable_key'
        end as unverifiable_reason,
        coalesce(judged.is_valid, false) as is_valid
    from silver.log_digest as digest
    left join known_key on digest.key_fingerprint = known_key.key_fingerprint
    left join told on digest.digest_sha256 = told.digest_sha256
    left join judged on digest.digest_sha256 = judged.digest_sha256
)

select
    reasoned.digest_sha256,
    case
        when reasoned.unverifiable_reason is not null then 'unverifiable'
        when reasoned.is_valid then 'valid'
        else 'invalid'
    end as signature_status,
    reasoned.unverifiable_reason
from reasoned;
