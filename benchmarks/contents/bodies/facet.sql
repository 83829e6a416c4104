create view facet as
select *
from out_facet
