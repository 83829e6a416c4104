-- object: silver.column_lineage_facet
-- kind: facts
-- grain: one row per (facet body, output field, input field, transformation)
-- sources: bronze.column_lineage
create table if not exists silver.column_lineage_facet (
    facet_digest blob,
    output_field varchar,
    input_namespace varchar,
    input_name varchar,
    input_field varchar,
    transformation_type varchar,
    transformation_subtype varchar,
    is_masking boolean
);

insert into silver.column_lineage_facet
select distinct
    stated.facet_digest,
    stated.output_field,
    stated.input_namespace,
    stated.input_name,
    stated.input_field,
    stated.transformation_type,
    stated.transformation_subtype,
    stated.is_masking
from bronze.column_lineage as stated
anti join silver.column_lineage_facet as known on stated.facet_digest = known.facet_digest;
