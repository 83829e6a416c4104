-- object: graph/node
-- kind: lake
-- grain: one row per node that a batch changed; the latest changed_at counts
-- sources: step.changed_node
select
    changed.*,
    getvariable('known_at') as changed_at
from step.changed_node as changed;
