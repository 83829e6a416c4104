-- object: silver.lifecycle_change_facet
-- kind: facts
-- grain: one row per facet body
-- sources: bronze.lifecycle_change
create table if not exists silver.lifecycle_change_facet (
    facet_digest blob,
    state_change varchar,
    previous_namespace varchar,
    previous_name varchar
);

insert into silver.lifecycle_change_facet
select distinct
    stated.facet_digest,
    stated.state_change,
    stated.previous_namespace,
    stated.previous_name
from bronze.lifecycle_change as stated
anti join silver.lifecycle_change_facet as known on stated.facet_digest = known.facet_digest;
