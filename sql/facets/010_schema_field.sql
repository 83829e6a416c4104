-- object: silver.schema_facet
-- kind: facts
-- grain: one row per (facet body, field): the fields of each distinct schema facet
-- sources: bronze.schema_field
create table if not exists silver.schema_facet (
    facet_digest blob,
    field_path varchar,
    ordinal bigint,
    type varchar
);

insert into silver.schema_facet
select distinct
    field.facet_digest,
    field.field_path,
    field.ordinal,
    field.type
from bronze.schema_field as field
anti join silver.schema_facet as known on field.facet_digest = known.facet_digest;
