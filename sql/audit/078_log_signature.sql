-- object: silver.log_signature
-- kind: view
-- grain: one row per (digest, signature, whether it is the digest's own) that was told of a digest of log files
-- sources: silver.log_digest, silver.log_document
-- clause: a digest's own signature stands beside it, in a file or with the object; the digest after it repeats it
create or replace view silver.log_signature as
select distinct
    digest.digest_sha256,
    told.signature,
    true as is_own
from silver.log_document as digest
inner join silver.log_document as told on digest.source_file = told.digest_file
where digest.kind = 'digest' and told.signature is not null
union all
select distinct
    digest.digest_sha256,
    after.previous_signature as signature,
    false as is_own
from silver.log_digest as digest
inner join silver.log_digest as after
    on
        digest.s3_bucket = after.previous_s3_bucket
        and digest.s3_object = after.previous_s3_object
where after.previous_signature is not null;
