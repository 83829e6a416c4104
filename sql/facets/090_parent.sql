-- object: silver.parent_facet
-- kind: facts
-- grain: one row per facet body
-- sources: bronze.parent
create table if not exists silver.parent_facet (
    facet_digest blob,
    parent_run_id varchar,
    root_run_id varchar,
    parent_job_node_id varchar,
    root_job_node_id varchar
);

insert into silver.parent_facet
select distinct
    stated.facet_digest,
    stated.parent_run_id,
    stated.root_run_id,
    silver.node_of('job', stated.parent_job_namespace, stated.parent_job_name)
        as parent_job_node_id,
    silver.node_of('job', stated.root_job_namespace, stated.root_job_name) as root_job_node_id
from bronze.parent as stated
anti join silver.parent_facet as known on stated.facet_digest = known.facet_digest;
