-- Peers keep an edge each time that an event states it; what is compared is what was stated.
with stated as (
    select distinct
        namespace, name, field, input_namespace, input_name, input_field,
        transformation_type, transformation_subtype
    from column_edge
)

select
    count(*) as row_count,
    sum(hash(
        namespace, name, field, input_namespace, input_name, input_field,
        transformation_type, transformation_subtype
    )) as digest
from stated
