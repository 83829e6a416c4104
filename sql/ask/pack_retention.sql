-- object: ask.pack_retention
-- kind: ask
-- grain: one row per object that is kept at $as_of of $objects, or of what $model and $version_name predicted: what holds for it
-- sources: retention.resolution_at
select resolution.*
from retention.resolution_at($as_of) as resolution
where
    resolution.object_id in (select unnest($objects::varchar[]))
    or starts_with(resolution.object_id, 'prediction:' || $model || ':' || $version_name || ':')
order by all;
