create view column_edge as
select *
from out_column_edge
