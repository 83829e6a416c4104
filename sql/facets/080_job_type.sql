-- object: silver.job_type_facet
-- kind: facts
-- grain: one row per facet body
-- sources: bronze.job_type
create table if not exists silver.job_type_facet (
    facet_digest blob,
    processing_type varchar,
    integration varchar,
    job_type varchar,
    event_content_mode varchar
);

insert into silver.job_type_facet
select distinct
    stated.facet_digest,
    stated.processing_type,
    stated.integration,
    stated.job_type,
    stated.event_content_mode
from bronze.job_type as stated
anti join silver.job_type_facet as known on stated.facet_digest = known.facet_digest;
