-- object: ask.classification
-- kind: ask
-- grain: one row per (node, field, category, key, value) that a tag reaches
-- sources: lineage.classification
select classified.*
from lineage.classification(
    as_of := $as_of, known_at := $known_at, include_indirect := $include_indirect
) as classified;
