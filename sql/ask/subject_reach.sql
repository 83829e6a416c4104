-- object: ask.subject_reach
-- kind: ask
-- grain: one row per dataset or model version that a person's data went into, as far as anybody told
-- sources: audit.event, silver.act, registry.prediction, lineage.alias, graph.node, graph.flow, registry.serving, retention.object_at
-- clause: told: an audit event, a withdrawal or a request names person and dataset together
-- clause: downstream: made from such a one, so that it may hold their data; upstream: such a one was made from it; beside: made from one upstream
-- clause: decided: a model has decided about the person, which is no trace in the model

-- noqa: disable=references.qualification
with recursive told as (
    select
        event.dataset_key as node_id,
        max(event.occurred_at) as told_at
    from audit.event as event
    where
        event.dataset_key is not null
        and list_contains(
            list_transform($people::varchar [], lambda one: lower(one)), lower(event.resource_id)
        )
    group by event.dataset_key
    union all
    select
        act.data ->> '$.dataset' as node_id,
        max(act.acted_at) as told_at
    from silver.act as act
    where
        act.area = 'retention'
        and act.act in ('consent_withdrawn', 'erasure_requested')
        and act.data ->> '$.dataset' is not null
        and list_contains(
            list_transform($people::varchar [], lambda one: lower(one)),
            lower(coalesce(act.data ->> '$.subject_ref', replace(act.subject, 'subject:', '')))
        )
    group by act.data ->> '$.dataset'
),

start as (
    select
        coalesce(alias.node_id, told.node_id) as node_id,
        max(told.told_at) as told_at
    from told
    left join lineage.alias as alias
        on told.node_id = alias.alias_node_id and alias.known_to_at is null
    group by coalesce(alias.node_id, told.node_id)
),

-- Each walk may go on as those behind it do: up and then down again, but never up after down.
walk as (
    select
        node.number,
        'downstream' as basis
    from start
    inner join graph.node as node on start.node_id = node.node_id
    union all
    select
        node.number,
        'upstream' as basis
    from start
    inner join graph.node as node on start.node_id = node.node_id
    union
    select
        if(step.is_up, flow.source_number, flow.target_number) as number,
        case
            when step.is_up then 'upstream'
            when walk.basis = 'downstream' then 'downstream'
            else 'beside'
        end as basis
    from walk
    cross join (values (true), (false)) as step (is_up)
    inner join graph.flow as flow
        on if(step.is_up, flow.target_number, flow.source_number) = walk.number
    where
        flow.known_to_at is null
        and flow.valid_from_at <= $as_of::timestamptz
        and (not step.is_up or walk.basis = 'upstream')
),

decided as (
    select distinct prediction.version_node_id as node_id
    from registry.prediction as prediction
    where
        prediction.version_node_id is not null
        and list_contains(
            list_transform($people::varchar [], lambda one: lower(one)),
            lower(prediction.subject_ref)
        )
),

reached as (
    select
        node.node_id,
        walk.basis
    from walk
    inner join graph.node as node on walk.number = node.number
    where node.kind in ('dataset', 'modelVersion')
    union all
    select
        decided.node_id,
        'decided' as basis
    from decided
    union all
    select
        start.node_id,
        'told' as basis
    from start
),

serving as (
    select
        serving.version_node_id,
        list_sort(list(distinct serving.deployment_node_id)) as deployments
    from registry.serving as serving
    where
        serving.version_node_id is not null
        and serving.known_to_at is null
        and governance.stands(serving.valid_from_at, serving.valid_to_at, $as_of)
    group by serving.version_node_id
),

ranked as (
    select
        reached.node_id,
        min(
            list_position(
                ['told', 'downstream', 'upstream', 'beside', 'decided'], reached.basis
            )
        ) as rank,
        arg_min(
            reached.basis,
            list_position(
                ['told', 'downstream', 'upstream', 'beside', 'decided'], reached.basis
            )
        ) as basis
    from reached
    group by reached.node_id
)

select
    ranked.node_id as object_id,
    object_at.class,
    ranked.basis,
    epoch_us(start.told_at) as told_at,
    coalesce(serving.deployments, []) as serves_at,
    object_at.object_id is not null as is_kept
from ranked
left join start on ranked.node_id = start.node_id
left join serving on ranked.node_id = serving.version_node_id
left join retention.object_at($as_of) as object_at on ranked.node_id = object_at.object_id
order by ranked.rank, ranked.node_id;
