-- object: step.kept_object
-- kind: step
-- grain: one row per object that is kept, with what rules of retention make of it
-- sources: retention.resolution_at, retention.object_at, step.version
create or replace table step.kept_object as
select
    resolved.object_id,
    resolved.class,
    resolved.verdict,
    resolved.reason,
    resolved.rule,
    resolved.stays_until,
    resolved.goes_at,
    object.version_node_id,
    object.created_at,
    object.placed_at,
    version.model_node_id
from retention.resolution_at(getvariable('as_of')) as resolved
left join retention.object_at(getvariable('as_of')) as object
    on
        resolved.object_id = object.object_id
        and resolved.class is not distinct from object.class
left join step.version as version on object.version_node_id = version.version_node_id;
