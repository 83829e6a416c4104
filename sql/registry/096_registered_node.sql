-- object: step.registered_node
-- kind: step
-- grain: one row per model or version that a registry told of and no event, by the scan that is folded; lineage.node and lineage.node_history have them too
-- sources: registry.model, registry.model_version, lineage.node, lineage.node_history
-- clause: what events name is theirs: the row of the registry ends with the scan that told of the event
-- clause: what is no longer registered stays a node
create or replace table step.registered_node as
with registered as (
    select
        model.model_node_id as node_id,
        'model' as kind,
        model.registry as namespace,
        model.name,
        model.valid_from_at,
        model.seen_at
    from registry.model as model
    where model.known_to_at is null
    union all
    select
        version.version_node_id as node_id,
        'modelVersion' as kind,
        version.registry as namespace,
        version.name || '@' || version.version as name,
        version.valid_from_at,
        version.seen_at
    from registry.model_version as version
    where version.known_to_at is null
)

select
    registered.node_id,
    min(registered.kind) as kind,
    min(registered.namespace) as namespace,
    min(registered.name) as name,
    'model' as stage,
    'registry' as stage_rule,
    'high' as stage_confidence,
    min(registered.valid_from_at) as first_seen_at,
    max(registered.seen_at) as last_seen_at
from registered
anti join lineage.node_history as told
    on
        registered.node_id = told.node_id
        and told.stage_rule is distinct from 'registry'
        and told.known_from_at <= getvariable('known_at')
        and coalesce(told.known_to_at > getvariable('known_at'), true)
group by registered.node_id;

delete from lineage.node
where stage_rule = 'registry';

insert into lineage.node
select registered.*
from step.registered_node as registered
anti join lineage.node as told on registered.node_id = told.node_id;

-- noqa: disable=layout.indent
merge into lineage.node_history as told
using step.registered_node as fact
    on
        told.known_to_at is null
        and told.node_id = fact.node_id
        and told.stage_rule = 'registry'
when not matched by source and told.known_to_at is null and told.stage_rule = 'registry'
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        node_id, kind, namespace, name, stage, stage_rule, stage_confidence,
        known_from_at, known_to_at
    ) values (
        fact.node_id, fact.kind, fact.namespace, fact.name, fact.stage, fact.stage_rule,
        fact.stage_confidence, getvariable('known_at'), null
    );

delete from lineage.node_history
where known_from_at = known_to_at;
