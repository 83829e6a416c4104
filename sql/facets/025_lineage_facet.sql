-- object: silver.lineage_facet
-- kind: facts
-- grain: one row per (facet body, target, target field, source, source field, transformation)
-- sources: bronze.lineage_entry
-- clause: OpenLineage LineageFacet 1-0-0; a source of no type says that the target has no upstream
create table if not exists silver.lineage_facet (
    facet_digest blob,
    target_namespace varchar,
    target_name varchar,
    target_type varchar,
    target_field varchar,
    source_namespace varchar,
    source_name varchar,
    source_type varchar,
    target_run_id varchar,
    source_run_id varchar,
    source_field varchar,
    transformation_type varchar,
    transformation_subtype varchar,
    is_masking boolean
);

insert into silver.lineage_facet
select distinct
    stated.facet_digest,
    stated.target_namespace,
    stated.target_name,
    stated.target_type,
    stated.target_field,
    stated.source_namespace,
    stated.source_name,
    stated.source_type,
    stated.target_run_id,
    stated.source_run_id,
    stated.source_field,
    stated.transformation_type,
    stated.transformation_subtype,
    stated.is_masking
from bronze.lineage_entry as stated
anti join silver.lineage_facet as known on stated.facet_digest = known.facet_digest;
