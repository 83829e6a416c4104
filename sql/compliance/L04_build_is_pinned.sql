-- object: control.L04
-- kind: control
-- grain: one row per registered version that is not retired
-- sources: step.version, registry.lifecycle, lineage.model_dataset
-- clause: a version is pinned by its code, its parameters, its artifact, and by versions of its training data that are known for certain

-- noqa: disable=references.qualification
with live as (
    select version.*
    from step.version as version
    anti join registry.lifecycle as lifecycle
        on
            version.version_node_id = lifecycle.version_node_id
            and lifecycle.stage = 'retired'
            and governance.stands(lifecycle.valid_from_at, lifecycle.valid_to_at, getvariable('as_of'))
            and graph.holds(lifecycle.known_from_at, lifecycle.known_to_at, getvariable('known_at'))
),

trained as (
    select
        dataset.model_version_node_id as version_node_id,
        count(*) as dataset_count,
        list_sort(
            list(distinct dataset.dataset_node_id) filter (
                where dataset.dataset_version is null or dataset.version_basis = 'unknown'
            )
        ) as unpinned
    from lineage.model_dataset as dataset
    where dataset.role = 'training'
    group by dataset.model_version_node_id
)

select
    live.model_node_id as scope,
    live.version_node_id as object_id,
    true as is_tested,
    nullif(
        array_to_string(
            list_filter(
                [
                    if(live.code is null, 'nobody says which code made it', null),
                    if(
                        coalesce(live.parameters::varchar, '{}') in ('{}', 'null'),
                        'nobody says with which parameters',
                        null
                    ),
                    if(live.artifact_sha256 is null, 'its artifact has no digest', null),
                    if(trained.dataset_count is null, 'no training data is known', null),
                    if(
                        trained.unpinned is not null,
                        'the version is not known of ' || array_to_string(trained.unpinned, ', '),
                        null
                    )
                ],
                lambda one: one is not null
            ),
            '; '
        ),
        ''
    ) as finding,
    null as missing,
    live.registered_at as since_at,
    trained.unpinned as evidence
from live
left join trained on live.version_node_id = trained.version_node_id;
