-- object: ask.pack_held
-- kind: ask
-- grain: one row per (object that is held at $as_of, hold), of $objects or of what $model and $version_name predicted
-- sources: retention.held_at
select held.*
from retention.held_at($as_of) as held
where
    held.object_id in (select unnest($objects::varchar[]))
    or starts_with(held.object_id, 'prediction:' || $model || ':' || $version_name || ':')
order by all;
