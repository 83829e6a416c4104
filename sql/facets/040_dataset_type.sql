-- object: silver.dataset_type_facet
-- kind: facts
-- grain: one row per facet body
-- sources: bronze.dataset_type
create table if not exists silver.dataset_type_facet (
    facet_digest blob,
    dataset_type varchar
);

insert into silver.dataset_type_facet
select distinct
    stated.facet_digest,
    stated.dataset_type
from bronze.dataset_type as stated
anti join silver.dataset_type_facet as known on stated.facet_digest = known.facet_digest;
