-- object: ask.kept_object
-- kind: ask
-- grain: one row: the object that is meant, as the lineage calls it today; none if there is none
-- sources: retention.object_at, lineage.alias

-- noqa: disable=references.qualification
with meant as (
    select coalesce(min(alias.node_id), $object) as object_id
    from lineage.alias as alias
    where alias.known_to_at is null and alias.alias_node_id = $object
)

select object_at.object_id
from retention.object_at($as_of) as object_at
semi join meant on object_at.object_id = meant.object_id;
