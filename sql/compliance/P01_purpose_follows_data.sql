-- object: control.P01
-- kind: control
-- grain: one row per dataset with personal data behind a version that serves in production
-- sources: step.in_service, step.upstream, step.personal_field, step.permitted, step.policy_in_force, step.record, graph.flow
-- clause: of a dataset that is made of others, these say what it may be used for
-- clause: a record of kind compatibility lets a dataset be used for one purpose more
with fed as (
    select distinct flow.target_number as number
    from graph.flow as flow
    where
        flow.source_number != flow.target_number
        and graph.holds(flow.valid_from_at, flow.valid_to_at, getvariable('as_of'))
        and graph.holds(flow.known_from_at, flow.known_to_at, getvariable('known_at'))
),

purpose as (
    select
        entry.key as model,
        entry.value ->> '$' as purpose
    from step.policy_in_force as policy, json_each(policy.body, '$.purpose') as entry
),

version as (
    select distinct
        service.version_node_id,
        service.model_node_id,
        coalesce(by_id.purpose, by_name.purpose) as purpose
    from step.in_service as service
    left join purpose as by_id on service.model_node_id = by_id.model
    left join purpose as by_name on service.model = by_name.model
),

personal as (
    select distinct field.dataset_node_id
    from step.personal_field as field
),

compatible as (
    select
        record.dataset_node_id,
        list(distinct record.body ->> '$.purpose') as purposes,
        list(record.record_id) as evidence
    from step.record as record
    where record.kind = 'compatibility'
    group by record.dataset_node_id
)

select
    version.model_node_id as scope,
    version.version_node_id || ' ' || upstream.node_id as object_id,
    version.purpose is not null and permitted.purposes is not null as is_tested,
    if(
        version.purpose is not null
        and permitted.purposes is not null
        and not list_contains(permitted.purposes, version.purpose)
        and not coalesce(list_contains(compatible.purposes, version.purpose), false),
        'it may be used for '
        || array_to_string(permitted.purposes, ', ')
        || ', and the model is for '
        || version.purpose,
        null
    ) as finding,
    case
        when version.purpose is null then 'nobody says what the model is for'
        when permitted.purposes is null then 'nobody says what it may be used for'
    end as missing,
    null::timestamptz as since_at,
    list_concat([permitted.processing_act_id], coalesce(compatible.evidence, [])) as evidence
from version
inner join step.upstream as upstream on version.version_node_id = upstream.version_node_id
inner join personal on upstream.node_id = personal.dataset_node_id
left join fed on upstream.number = fed.number
left join step.permitted as permitted on upstream.node_id = permitted.dataset_node_id
left join compatible on upstream.node_id = compatible.dataset_node_id
where
    permitted.basis is distinct from 'not personal'
    and (fed.number is null or permitted.purposes is not null);
