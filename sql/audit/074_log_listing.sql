-- object: silver.log_listing
-- kind: facts
-- grain: one row per (digest, log file, hash) that the digest lists
-- sources: bronze.log_digest_file
create table if not exists silver.log_listing (
    digest_sha256 varchar,
    s3_bucket varchar,
    s3_object varchar,
    log_name varchar,
    log_sha256 varchar,
    hash_algorithm varchar
);

insert into silver.log_listing
select distinct
    lower(hex(listed.digest_sha256)) as digest_sha256,
    listed.s3_bucket,
    listed.s3_object,
    listed.log_name,
    listed.log_sha256,
    listed.hash_algorithm
from bronze.log_digest_file as listed
anti join silver.log_listing as known on lower(hex(listed.digest_sha256)) = known.digest_sha256;
