-- object: silver.dataset_version_facet
-- kind: facts
-- grain: one row per facet body
-- sources: bronze.dataset_version
create table if not exists silver.dataset_version_facet (
    facet_digest blob,
    dataset_version varchar
);

insert into silver.dataset_version_facet
select distinct
    stated.facet_digest,
    stated.dataset_version
from bronze.dataset_version as stated
anti join silver.dataset_version_facet as known on stated.facet_digest = known.facet_digest;
