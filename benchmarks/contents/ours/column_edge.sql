create view column_edge as
with used as (
    select distinct
        dataset.namespace,
        dataset.name,
        held.facet_digest
    from out_event_holder as dataset
    inner join out_holder_facet as held on dataset.holder_digest = held.holder_digest
    where held.key = 'columnLineage'
)

select distinct
    used.namespace,
    used.name,
    edge.output_field as field,
    edge.input_namespace,
    edge.input_name,
    edge.input_field,
    edge.transformation_type,
    edge.transformation_subtype
from used
inner join out_column_lineage as edge on used.facet_digest = edge.facet_digest
