-- Peers keep a field each time that an event states it; what is compared is what was stated.
with stated as (
    select distinct namespace, name, field_path, type
    from schema_field
)

select
    count(*) as row_count,
    sum(hash(namespace, name, field_path, type)) as digest
from stated
