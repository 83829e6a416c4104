-- object: step.classified_model
-- kind: step
-- grain: one row per model of which a version serves in production, with what records say it falls under
-- sources: step.in_service, step.record
-- clause: a class in a record of kind risk-file counts where no record of kind classification says one
create or replace table step.classified_model as
with serving as (
    select
        service.model_node_id,
        min(service.model) as model,
        min(service.tier) as tier,
        min(service.deployed_at) as first_deployed_at,
        max(service.registered_at) as last_registered_at,
        list_sort(list(distinct service.version_node_id)) as versions
    from step.in_service as service
    where service.model_node_id is not null
    group by service.model_node_id
),

classified as (
    select
        record.model_node_id,
        min_by(record.body ->> '$.eu_class', (record.kind, record.record_id)) filter (
            where record.body ->> '$.eu_class' is not null
        ) as eu_class
    from step.record as record
    where record.kind in ('classification', 'risk-file')
    group by record.model_node_id
),

judged as (
    select
        record.model_node_id,
        min_by(record.record_id, record.record_id) as record_id,
        min_by(record.body, record.record_id) as body,
        min_by(record.approved_by, record.record_id) as approved_by
    from step.record as record
    where record.kind = 'classification'
    group by record.model_node_id
)

select
    serving.*,
    classified.eu_class,
    judged.record_id,
    judged.approved_by,
    judged.body ->> '$.exemption' as exemption,
    coalesce((judged.body -> '$.uses')::varchar [], []) as uses,
    coalesce((judged.body -> '$.jurisdictions')::varchar [], []) as jurisdictions,
    judged.body ->> '$.decisions' as decisions,
    (judged.body ->> '$.is_significant')::boolean as is_significant,
    silver.begin_of(judged.body ->> '$.placed_on') as placed_at
from serving
left join classified on serving.model_node_id = classified.model_node_id
left join judged on serving.model_node_id = judged.model_node_id;
