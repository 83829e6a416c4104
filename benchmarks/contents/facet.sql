-- Only the facets of runs and jobs: some peers keep those of datasets as well.
with stated as (
    select distinct holder, key, body
    from facet
    where holder in ('run', 'job')
)

select
    count(*) as row_count,
    sum(hash(holder, key, body)) as digest
from stated
