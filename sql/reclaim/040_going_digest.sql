-- object: step.going_digest
-- kind: step
-- grain: one row per (batch, digest of log files) of which no occurrence is left in its batch once the files have gone
-- sources: bronze.log_digest, step.going_file
create or replace table step.going_digest as
select
    digest.batch_id,
    digest.digest_sha256
from bronze.log_digest as digest
left join step.going_file as going on digest.source_file = going.source_file
group by digest.batch_id, digest.digest_sha256
having count(*) = count(going.source_file);
