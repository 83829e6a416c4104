-- object: registry.development_read
-- kind: history
-- grain: one row per (role or job, object read, event or run, dataset, known time): a development role or job that read production data
-- sources: silver.development_access, step.development_actor, lineage.node_history, lineage.alias, lineage.run_history, lineage.run_input_history
-- clause: a role or a job is for development if its name is like a pattern of the setting lineage.development
-- clause: production data is what lineage knows as a dataset, if its own name is like none of these patterns; an object belongs to the dataset with the longest name that its path begins with
-- clause: refused attempts read nothing; reads that no audit log and no run tells of are not here
-- column actor_id: the role, or the job
-- column actor_kind: role or job
-- column actor_pattern: the pattern that makes it one for development
-- column dataset_node_id: the dataset that was read
-- column object: the object as the audit log names it; null for a job
-- column read_at: when
-- column source: who says so
-- column evidence: the event in audit.event, or the run
-- column valid_from_at: when it was read
-- column valid_to_at: null
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.development_read (
    actor_id varchar,
    actor_kind varchar,
    actor_pattern varchar,
    dataset_node_id varchar,
    object varchar,
    read_at timestamptz,
    source varchar,
    evidence varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- noqa: disable=references.qualification
create or replace table step.development_read as
with pattern as (
    select list(actor.pattern order by actor.pattern) as patterns
    from step.development_actor as actor
),

dataset as (
    select
        node.node_id as name_id,
        node.node_id
    from lineage.node_history as node
    where
        node.kind = 'dataset'
        and graph.holds(node.known_from_at, node.known_to_at, getvariable('known_at'))
    union
    select
        alias.alias_node_id as name_id,
        alias.node_id
    from lineage.alias as alias
    where
        starts_with(alias.node_id, 'dataset:')
        and graph.holds(alias.known_from_at, alias.known_to_at, getvariable('known_at'))
),

production as (
    select
        dataset.node_id,
        rtrim(regexp_extract(dataset.name_id, '^dataset:(.*):[^:]*$', 1), '/')
        || '/' || ltrim(silver.decode_part(regexp_extract(dataset.name_id, '([^:]*)$', 1)), '/')
            as path
    from dataset
    cross join pattern
    where
        len(list_filter(
            pattern.patterns,
            lambda one: dataset.name_id like silver.like_of(one) escape '\'
        )) = 0
),

accessed as (
    select access.*
    from silver.development_access as access
    where access.ingested_at <= getvariable('known_at')
),

-- Every folder that an object lies in, and itself.
folder as (
    select
        accessed.event_id,
        accessed.dataset_key,
        unnest(
            list_transform(
                range(1, len(string_split(accessed.dataset_key, '/')) + 1),
                lambda depth: array_to_string(string_split(accessed.dataset_key, '/')[:depth], '/')
            )
        ) as path
    from accessed
),

located as (
    select
        folder.event_id,
        production.node_id
    from folder
    inner join production on folder.path = production.path
    qualify
        rank() over (partition by folder.event_id order by len(folder.path) desc) = 1
),

development_job as (
    select
        node.node_id,
        list_filter(
            pattern.patterns, lambda one: node.node_id like silver.like_of(one) escape '\'
        )[1] as actor_pattern
    from lineage.node_history as node
    cross join pattern
    where
        node.kind = 'job'
        and graph.holds(node.known_from_at, node.known_to_at, getvariable('known_at'))
)

select distinct
    accessed.actor_id,
    'role' as actor_kind,
    accessed.actor_pattern,
    located.node_id as dataset_node_id,
    accessed.dataset_key as object,
    accessed.occurred_at as read_at,
    accessed.source,
    lower(hex(accessed.event_id)) as evidence,
    accessed.occurred_at as valid_from_at,
    null::timestamptz as valid_to_at
from accessed
inner join located on accessed.event_id = located.event_id
union
select
    job.node_id as actor_id,
    'job' as actor_kind,
    job.actor_pattern,
    read.dataset_node_id,
    null as object,
    coalesce(run.started_at, run.ended_at) as read_at,
    'openlineage' as source,
    'run:' || run.run_id as evidence,
    coalesce(run.started_at, run.ended_at) as valid_from_at,
    null::timestamptz as valid_to_at
from development_job as job
inner join lineage.run_history as run
    on
        job.node_id = run.job_node_id
        and graph.holds(run.known_from_at, run.known_to_at, getvariable('known_at'))
inner join lineage.run_input_history as read
    on
        run.run_id = read.run_id
        and graph.holds(read.known_from_at, read.known_to_at, getvariable('known_at'))
semi join production on read.dataset_node_id = production.node_id
where job.actor_pattern is not null;

-- noqa: disable=layout.indent
merge into registry.development_read as told
using step.development_read as fact
    on
        told.known_to_at is null
        and told.actor_id = fact.actor_id
        and told.actor_kind = fact.actor_kind
        and told.actor_pattern is not distinct from fact.actor_pattern
        and told.dataset_node_id = fact.dataset_node_id
        and told.object is not distinct from fact.object
        and told.read_at is not distinct from fact.read_at
        and told.source is not distinct from fact.source
        and told.evidence = fact.evidence
        and told.valid_from_at is not distinct from fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        actor_id, actor_kind, actor_pattern, dataset_node_id, object, read_at, source, evidence,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.actor_id, fact.actor_kind, fact.actor_pattern, fact.dataset_node_id, fact.object,
        fact.read_at, fact.source, fact.evidence, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from registry.development_read
where known_from_at = known_to_at;
