create view schema_field as
select *
from out_schema_field
