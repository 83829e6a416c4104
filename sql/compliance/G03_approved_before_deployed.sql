-- object: control.G03
-- kind: control
-- grain: one row per version that serves in production at a deployment
-- sources: step.in_service, step.asked_stage, step.approved, governance.break_glass
-- clause: an approval counts that stood when the version was deployed, by a person who may approve at that stage, or for whom one stood in
-- clause: what was let in by broken glass is looked at by G06

-- noqa: disable=references.qualification
with served as (
    select
        service.version_node_id,
        service.deployment_node_id,
        service.deployed_at,
        service.model_node_id,
        service.tier
    from step.in_service as service
),

asked as (
    select
        served.*,
        stage.stage,
        stage.approval_days,
        stage.is_signed,
        stage.people
    from served
    inner join step.asked_stage as stage on served.tier = stage.tier
),

answered as (
    select
        asked.version_node_id,
        asked.deployment_node_id,
        asked.deployed_at,
        asked.stage,
        count(approved.act_id) as approval_count,
        count(approved.act_id) filter (
            where
            governance.stands(approved.valid_from_at, approved.valid_to_at, asked.deployed_at)
            and approved.valid_from_at + to_days(asked.approval_days) > asked.deployed_at
            and approved.is_person
            and (
                list_contains(asked.people, approved.person_id)
                or list_has_any(asked.people, coalesce(approved.stands_in_for, []))
            )
            and (not asked.is_signed or approved.signature = 'valid')
        ) as counted,
        list(approved.act_id) filter (where approved.act_id is not null) as evidence
    from asked
    left join step.approved as approved
        on asked.version_node_id = approved.version_node_id and asked.stage = approved.stage
    group by asked.version_node_id, asked.deployment_node_id, asked.deployed_at, asked.stage
),

lacking as (
    select
        answered.version_node_id,
        answered.deployment_node_id,
        string_agg(
            if(
                answered.approval_count = 0,
                'it was never approved at stage ' || answered.stage,
                'no approval at stage ' || answered.stage || ' counted when it was deployed'
            ),
            '; '
            order by answered.stage
        ) filter (where answered.counted = 0) as finding,
        list_sort(list_distinct(flatten(list(coalesce(answered.evidence, []))))) as evidence
    from answered
    group by answered.version_node_id, answered.deployment_node_id
),

glass as (
    select
        broken.version_node_id,
        broken.valid_from_at,
        broken.valid_to_at,
        min(broken.act_id) as act_id
    from governance.break_glass as broken
    where graph.holds(broken.known_from_at, broken.known_to_at, getvariable('known_at'))
    group by broken.version_node_id, broken.valid_from_at, broken.valid_to_at
)

select
    served.model_node_id as scope,
    served.version_node_id || ' at ' || served.deployment_node_id as object_id,
    lacking.version_node_id is not null as is_tested,
    if(glass.act_id is null, lacking.finding, null) as finding,
    if(
        lacking.version_node_id is null,
        'the policy puts '
        || coalesce(served.model_node_id, served.version_node_id)
        || ' into no tier that asks for approvals',
        null
    ) as missing,
    served.deployed_at as since_at,
    list_sort(list_concat(lacking.evidence, list_filter([glass.act_id], lambda one: one is not null)))
        as evidence
from served
left join lacking
    on
        served.version_node_id = lacking.version_node_id
        and served.deployment_node_id = lacking.deployment_node_id
left join glass
    on
        served.version_node_id = glass.version_node_id
        and governance.stands(glass.valid_from_at, glass.valid_to_at, served.deployed_at);
