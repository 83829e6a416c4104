-- object: silver.log_verdict
-- kind: facts
-- grain: one row per (signed text, signature, public key) that RSA was asked about; Python adds them behind this stage
-- sources: silver.log_digest, silver.log_signature, silver.log_key
-- clause: is_valid is null where the key cannot be read
create table if not exists silver.log_verdict (
    signed_sha256 varchar,
    signature varchar,
    key_value varchar,
    is_valid boolean
);

create or replace table step.log_case as
select distinct
    digest.signed_sha256,
    told.signature,
    key.key_value
from silver.log_digest as digest
inner join silver.log_signature as told on digest.digest_sha256 = told.digest_sha256
inner join silver.log_key as key on digest.key_fingerprint = key.key_fingerprint
anti join silver.log_verdict as verdict
    on
        digest.signed_sha256 = verdict.signed_sha256
        and told.signature = verdict.signature
        and key.key_value = verdict.key_value;
