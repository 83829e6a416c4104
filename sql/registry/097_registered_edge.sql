-- object: step.registered_edge
-- kind: step
-- grain: one row per (dataset, model version, validity): data that a version was trained on as its registry says, where no event says so; lineage.edge has them too
-- sources: registry.version_dataset, registry.model_version, step.known_dataset, step.united, lineage.edge
-- clause: of datasets that lineage knows; where and while an event states the same flow it is not stated twice
-- clause: a version that is no longer registered was still made of it; until it is registered again
create or replace table step.trained_spell as
with trained as (
    select distinct
        data.dataset_node_id,
        data.version_node_id,
        data.valid_from_at,
        data.valid_to_at
    from registry.version_dataset as data
    semi join step.known_dataset as known on data.dataset_node_id = known.node_id
    where data.known_to_at is null and data.context = 'training'
)

select
    {
        'source_node_id': trained.dataset_node_id, 'target_node_id': trained.version_node_id
    } as subject,
    trained.valid_from_at as from_ns,
    coalesce(
        if(
            bool_or(
                version.valid_from_at < trained.valid_to_at
                and coalesce(version.valid_to_at > trained.valid_to_at, true)
            ),
            trained.valid_to_at,
            min(version.valid_from_at) filter (
                where version.valid_from_at >= trained.valid_to_at
            )
        ),
        'infinity'::timestamptz
    ) as to_ns
from trained
left join registry.model_version as version
    on trained.version_node_id = version.version_node_id and version.known_to_at is null
group by
    trained.dataset_node_id, trained.version_node_id, trained.valid_from_at, trained.valid_to_at;

create or replace table step.registered_edge as
with trained as (
    select
        united.subject.source_node_id,
        united.subject.target_node_id,
        united.from_ns as from_at,
        united.to_ns as to_at
    from step.united('step.trained_spell') as united
),

stated as (
    select
        trained.source_node_id,
        trained.target_node_id,
        trained.from_at,
        edge.valid_from_at,
        coalesce(edge.valid_to_at, 'infinity'::timestamptz) as valid_to_at
    from trained
    inner join lineage.edge as edge
        on
            trained.source_node_id = edge.source_node_id
            and trained.target_node_id = edge.target_node_id
            and trained.to_at > edge.valid_from_at
    where
        edge.basis != 'registry'
        and coalesce(edge.valid_to_at > trained.from_at, true)
        and edge.known_from_at <= getvariable('known_at')
        and coalesce(edge.known_to_at > getvariable('known_at'), true)
),

-- What events leave open can begin where it begins itself, or where one of them ends.
start as (
    select
        trained.*,
        trained.from_at as start_at
    from trained
    union
    select
        trained.*,
        stated.valid_to_at as start_at
    from trained
    inner join stated
        on
            trained.source_node_id = stated.source_node_id
            and trained.target_node_id = stated.target_node_id
            and trained.from_at = stated.from_at
    where stated.valid_to_at < trained.to_at
),

left_open as (
    select start.*
    from start
    anti join stated
        on
            start.source_node_id = stated.source_node_id
            and start.target_node_id = stated.target_node_id
            and start.from_at = stated.from_at
            and start.start_at >= stated.valid_from_at
            and start.start_at < stated.valid_to_at
)

select
    left_open.source_node_id,
    left_open.target_node_id,
    left_open.start_at as valid_from_at,
    nullif(
        least(left_open.to_at, min(stated.valid_from_at)), 'infinity'::timestamptz
    ) as valid_to_at
from left_open
left join stated
    on
        left_open.source_node_id = stated.source_node_id
        and left_open.target_node_id = stated.target_node_id
        and left_open.from_at = stated.from_at
        and left_open.start_at < stated.valid_from_at
group by
    left_open.source_node_id, left_open.target_node_id, left_open.start_at, left_open.to_at;

-- noqa: disable=layout.indent
merge into lineage.edge as told
using step.registered_edge as fact
    on
        told.known_to_at is null
        and told.source_node_id = fact.source_node_id
        and told.target_node_id = fact.target_node_id
        and told.job_node_id is null
        and told.basis = 'registry'
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source
    and told.known_to_at is null
    and told.basis = 'registry'
    and starts_with(told.target_node_id, 'modelVersion:')
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        source_node_id, target_node_id, job_node_id, basis, run_count, last_run_id,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.source_node_id, fact.target_node_id, null, 'registry', 0, null,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from lineage.edge
where known_from_at = known_to_at;
