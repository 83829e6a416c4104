create view schema_field as
select
    used.namespace,
    used.name,
    field.field_path,
    field.type
from out_event_facet as used
inner join out_schema_field as field on used.digest = field.digest
where used.key = 'schema'
