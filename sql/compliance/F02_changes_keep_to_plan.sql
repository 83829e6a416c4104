-- object: control.F02
-- kind: control
-- grain: one row per version of a model with the use medical device that serves
-- sources: step.classified_model, step.in_service, step.record
-- clause: a version without a record of kind change is of no known class
with version as (
    select
        service.version_node_id,
        min(service.model_node_id) as model_node_id,
        min(service.version) as version,
        min(service.deployed_at) as since_at
    from step.in_service as service
    inner join step.classified_model as model on service.model_node_id = model.model_node_id
    where list_contains(model.uses, 'medical device')
    group by service.version_node_id
),

plan as (
    select
        record.model_node_id,
        list_distinct(flatten(list((record.body -> '$.authorised')::varchar []))) as authorised,
        list(record.record_id) as evidence
    from step.record as record
    where record.kind = 'change-plan'
    group by record.model_node_id
),

changed as (
    select
        version.version_node_id,
        min(record.body ->> '$.change_class') as change_class,
        max(record.body ->> '$.submission_ref') as submission_ref,
        list(record.record_id) as evidence
    from version
    inner join step.record as record
        on
            record.kind = 'change'
            and version.model_node_id = record.model_node_id
            and version.version = record.version
    group by version.version_node_id
)

select
    version.model_node_id as scope,
    version.version_node_id as object_id,
    true as is_tested,
    case
        when changed.version_node_id is null then 'nobody says of what class its change is'
        when changed.submission_ref is not null then null
        when not coalesce(list_contains(plan.authorised, changed.change_class), false)
            then
                'no plan authorises a change of class '
                || changed.change_class
                || ', and it names no submission'
    end as finding,
    null as missing,
    version.since_at,
    list_sort(list_concat(coalesce(plan.evidence, []), coalesce(changed.evidence, []))) as evidence
from version
left join plan on version.model_node_id = plan.model_node_id
left join changed on version.version_node_id = changed.version_node_id;
