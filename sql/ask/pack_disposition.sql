-- object: ask.pack_disposition
-- kind: ask
-- grain: one row per disposition of $objects, or of what $model and $version_name predicted
-- sources: retention.disposition
select gone.*
from retention.disposition as gone
where
    gone.object_id in (select unnest($objects::varchar[]))
    or starts_with(gone.object_id, 'prediction:' || $model || ':' || $version_name || ':')
order by all;
