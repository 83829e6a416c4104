create view schema_field as
with used as (
    select distinct
        dataset.namespace,
        dataset.name,
        held.facet_digest
    from out_event_holder as dataset
    inner join out_holder_facet as held on dataset.holder_digest = held.holder_digest
    where held.key = 'schema'
)

select distinct
    used.namespace,
    used.name,
    field.field_path,
    field.type
from used
inner join out_schema_field as field on used.facet_digest = field.facet_digest
