-- object: silver.log_whole
-- kind: facts
-- grain: one row per CloudTrail file and scan that read on in it: the digest of all that was read of it till then
-- sources: bronze.log_whole
create table if not exists silver.log_whole (
    source_file varchar,
    ingested_at timestamptz,
    whole_sha256 varchar
);

insert into silver.log_whole
select
    whole.source_file,
    whole.ingested_at,
    lower(hex(whole.whole_sha256)) as whole_sha256
from bronze.log_whole as whole;
