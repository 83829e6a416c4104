-- object: ask.version_diff
-- kind: ask
-- grain: one row per difference between what stands behind $before_version and $after_version
-- sources: lineage.version_diff
select *
from lineage.version_diff($before_version, $after_version, max_depth := $max_depth);
