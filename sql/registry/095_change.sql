-- object: registry.change
-- kind: view
-- grain: one row per change that a registry shows between two polls, or a file between two scans, as known today
-- sources: registry.model, registry.model_version, registry.model_alias, registry.poll, silver.model_event, silver.package_state_change
-- clause: what the first poll shows is no change; what was set and set back between two polls shows in none
-- clause: no registry says who did it; MLflow sends webhooks of registrations, aliases and tags, of nothing else; SageMaker tells EventBridge of approvals alone
-- column registry: the namespace of the registry
-- column source: mlflow, sagemaker or files
-- column model_node_id: the model
-- column version_node_id: the version; of an alias the one that it stands for now, or stood for; null if the model itself changed
-- column change: registered, deleted, alias_set, alias_moved, alias_removed, tag_changed, stage_changed, status_changed, artifact_changed or trainer_changed
-- column item: the alias or the tag that it is about
-- column before: what it was: of an alias the version
-- column after: what it is
-- column changed_after_at: the poll that still showed it as it was
-- column seen_at: the poll that showed it first
-- column actor: who did it: unknown, because no registry says
-- column has_notice: a webhook told of it between the two polls; one that fits by model, version, alias or tag, not by value; an event of EventBridge by its value too
-- column known_from_at: the scan that read the later of the two

-- noqa: disable=layout.indent
create or replace view registry.change as
with told as (
    select
        version.model_node_id,
        version.version_node_id,
        version.version,
        version.registry,
        version.name,
        version.source,
        version.registered_at,
        version.tags,
        version.stage,
        version.status,
        version.artifact_sha256,
        version.trainer,
        version.seen_at,
        version.valid_from_at,
        version.valid_to_at
    from registry.model_version as version
    where version.known_to_at is null
    union all by name
    select
        model.model_node_id,
        model.registry,
        model.name,
        model.source,
        model.registered_at,
        model.tags,
        model.seen_at,
        model.valid_from_at,
        model.valid_to_at
    from registry.model as model
    where model.known_to_at is null
),

state as (
    select
        told.*,
        coalesce(lag(told.valid_to_at) over versions = told.valid_from_at, false) as is_continued,
        coalesce(
            lead(told.valid_from_at) over versions = told.valid_to_at, false
        ) as is_continued_by,
        lag(told) over versions as was
    from told
    window
        versions as (
            partition by told.model_node_id, told.version_node_id, told.source
            order by told.valid_from_at
        )
),

alias as (
    select
        alias.*,
        silver.decode_part(regexp_extract(alias.version_node_id, '[^:]*$')) as version,
        coalesce(lag(alias.valid_to_at) over aliases = alias.valid_from_at, false) as is_continued,
        coalesce(
            lead(alias.valid_from_at) over aliases = alias.valid_to_at, false
        ) as is_continued_by,
        lag(silver.decode_part(regexp_extract(alias.version_node_id, '[^:]*$'))) over aliases
            as was_version,
        lag(alias.seen_at) over aliases as was_seen_at
    from registry.model_alias as alias
    where alias.known_to_at is null
    window
        aliases as (
            partition by alias.model_node_id, alias.alias, alias.source
            order by alias.valid_from_at
        )
),

thing as (
    select distinct
        model.model_node_id,
        model.registry,
        model.name
    from registry.model as model
    union
    select
        version.model_node_id,
        version.registry,
        version.name
    from registry.model_version as version
),

changed as (
    select
        state.model_node_id,
        state.version_node_id,
        state.version,
        state.source,
        'registered' as change,
        null as item,
        null as before,
        null as after,
        if(state.is_continued, state.was.seen_at, null) as shown_at,
        state.seen_at
    from state
    where
        not state.is_continued
        or state.registered_at is distinct from state.was.registered_at
    union all
    select
        state.model_node_id,
        state.version_node_id,
        state.version,
        state.source,
        'deleted' as change,
        null as item,
        null as before,
        null as after,
        state.seen_at as shown_at,
        state.valid_to_at as seen_at
    from state
    where state.valid_to_at is not null and not state.is_continued_by
    union all
    select
        state.model_node_id,
        state.version_node_id,
        state.version,
        state.source,
        differing.change || '_changed' as change,
        null as item,
        differing.before,
        differing.after,
        state.was.seen_at as shown_at,
        state.seen_at
    from state
    cross join unnest([
        {'change': 'stage', 'before': state.was.stage, 'after': state.stage},
        {'change': 'status', 'before': state.was.status, 'after': state.status},
        {
            'change': 'artifact',
            'before': state.was.artifact_sha256,
            'after': state.artifact_sha256
        },
        {'change': 'trainer', 'before': state.was.trainer, 'after': state.trainer}
    ]) as differing(differing)
    where state.is_continued and differing.before is distinct from differing.after
    union all
    select
        state.model_node_id,
        state.version_node_id,
        state.version,
        state.source,
        'tag_changed' as change,
        tag.key as item,
        (state.was.tags::map(varchar, varchar))[tag.key] as before,
        (state.tags::map(varchar, varchar))[tag.key] as after,
        state.was.seen_at as shown_at,
        state.seen_at
    from state
    cross join unnest(list_distinct(json_keys(state.was.tags) || json_keys(state.tags)))
        as tag(key)
    where state.is_continued and before is distinct from after
    union all
    select
        alias.model_node_id,
        alias.version_node_id,
        alias.version,
        alias.source,
        if(alias.is_continued, 'alias_moved', 'alias_set') as change,
        alias.alias as item,
        if(alias.is_continued, alias.was_version, null) as before,
        alias.version as after,
        if(alias.is_continued, alias.was_seen_at, null) as shown_at,
        alias.seen_at
    from alias
    union all
    select
        alias.model_node_id,
        alias.version_node_id,
        alias.version,
        alias.source,
        'alias_removed' as change,
        alias.alias as item,
        alias.version as before,
        null as after,
        alias.seen_at as shown_at,
        alias.valid_to_at as seen_at
    from alias
    where alias.valid_to_at is not null and not alias.is_continued_by
),

-- Between the last time that it was listed, or a whole listing told that it was not, and the next.
framed as (
    select
        thing.registry,
        thing.name,
        changed.*,
        max(poll.polled_at) as whole_at
    from changed
    inner join thing on changed.model_node_id = thing.model_node_id
    left join registry.poll as poll
        on
            thing.registry = poll.registry
            and changed.source = poll.source
            and coalesce(thing.name = poll.name, true)
            and changed.seen_at > poll.polled_at
            and if(
                changed.version_node_id is null or starts_with(changed.change, 'alias'),
                poll.has_all_models,
                poll.has_all_versions
            )
    group by all
),

bounded as (
    select
        framed.*,
        greatest(framed.shown_at, framed.whole_at) as changed_after_at
    from framed
)

select
    bounded.registry,
    bounded.source,
    bounded.model_node_id,
    bounded.version_node_id,
    bounded.change,
    bounded.item,
    bounded.before,
    bounded.after,
    bounded.changed_after_at,
    bounded.seen_at,
    'unknown' as actor,
    bounded.source = 'mlflow'
    and exists(
        select 1
        from silver.model_event as event
        where
            event.source = 'mlflow'
            and event.model_key = bounded.name
            and event.occurred_at > bounded.changed_after_at
            and event.occurred_at <= bounded.seen_at
            and case
                when bounded.change = 'registered'
                    then
                        event.action = if(
                            bounded.version is null,
                            'registered_model.created',
                            'model_version.created'
                        )
                        and event.model_version is not distinct from bounded.version
                when bounded.change in ('alias_set', 'alias_moved')
                    then
                        event.action = 'model_version_alias.created'
                        and event.attrs ->> 'alias' = bounded.item
                        and event.model_version is not distinct from bounded.version
                when bounded.change = 'alias_removed'
                    then
                        event.action = 'model_version_alias.deleted'
                        and event.attrs ->> 'alias' = bounded.item
                when bounded.change in ('tag_changed', 'artifact_changed')
                    then
                        starts_with(
                            event.action,
                            if(
                                bounded.version is null,
                                'registered_model_tag.',
                                'model_version_tag.'
                            )
                        )
                        and event.attrs ->> 'key' = coalesce(bounded.item, 'artifact_sha256')
                        and event.model_version is not distinct from bounded.version
                else false
            end
    )
    or bounded.source = 'sagemaker'
    and bounded.change = 'stage_changed'
    and exists(
        select 1
        from silver.package_state_change as event
        where
            event.model = bounded.name
            and event.version = bounded.version
            and event.stage = bounded.after
            and event.occurred_at > bounded.changed_after_at
            and event.occurred_at <= bounded.seen_at
    ) as has_notice,
    greatest(before.known_from_at, seen.known_from_at) as known_from_at
from bounded
inner join registry.poll as before
    on
        bounded.registry = before.registry
        and bounded.source = before.source
        and coalesce(bounded.name = before.name, true)
        and bounded.changed_after_at = before.polled_at
inner join registry.poll as seen
    on
        bounded.registry = seen.registry
        and bounded.source = seen.source
        and coalesce(bounded.name = seen.name, true)
        and bounded.seen_at = seen.polled_at;
