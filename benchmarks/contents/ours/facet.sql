create view facet as
select distinct
    holder,
    key,
    body
from out_facet
