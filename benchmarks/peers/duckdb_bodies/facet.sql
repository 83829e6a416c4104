select
    holder,
    key,
    digest,
    any_value(body) as body
from held
group by holder, key, digest
