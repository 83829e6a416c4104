-- object: ask.version_upstream
-- kind: ask
-- grain: one row per (run that stands behind $version of $node, dataset that it read)
-- sources: lineage.version_upstream
select *
from lineage.version_upstream(
    $node, version := $version, max_depth := $max_depth, known_at := $known_at
);
