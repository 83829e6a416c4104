-- object: ask.resolution_of
-- kind: ask
-- grain: one row: what holds for an object at an instant; none if it is not kept
-- sources: retention.object_at, silver.resolved

-- noqa: disable=references.qualification,structure.unused_cte
with object as (
    select object_at.*
    from retention.object_at($as_of) as object_at
    where object_at.object_id = $object
)

select
    resolved.object_id,
    resolved.class,
    resolved.verdict,
    resolved.reason,
    resolved.decided_by,
    resolved.action,
    resolved.stays_until,
    resolved.goes_at
from silver.resolved('object', $as_of) as resolved;
