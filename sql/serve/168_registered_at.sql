-- object: silver.registered_at
-- kind: macro
-- grain: one row per model version that a registry holds at an instant, as far as it told
-- sources: registry.model_version
-- clause: as_of: the instant
-- clause: version_node_id: its identifier
-- clause: model_node_id: its model, as was told last
-- clause: registry: likewise
-- clause: name: likewise
-- clause: registered_at: when it was registered first

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.registered_at(as_of) as table
select
    version.version_node_id,
    arg_max(version.model_node_id, version.valid_from_at) as model_node_id,
    arg_max(version.registry, version.valid_from_at) as registry,
    arg_max(version.name, version.valid_from_at) as name,
    min(coalesce(version.registered_at, version.valid_from_at)) as registered_at
from registry.model_version as version
where version.known_to_at is null and version.valid_from_at <= as_of::timestamptz
group by version.version_node_id;
