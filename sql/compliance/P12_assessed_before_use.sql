-- object: control.P12
-- kind: control
-- grain: one row per model of class high, or with significant decisions, with personal data behind it
-- sources: step.classified_model, step.upstream, step.personal_field, step.record, lineage.model_dataset, step.in_service
-- clause: before the first run that trained any version in production on a dataset with personal data
with personal as (
    select distinct field.dataset_node_id
    from step.personal_field as field
),

trained as (
    select
        service.model_node_id,
        min(dataset.started_at) as first_trained_at
    from step.in_service as service
    inner join lineage.model_dataset as dataset
        on service.version_node_id = dataset.model_version_node_id
    semi join personal on dataset.dataset_node_id = personal.dataset_node_id
    group by service.model_node_id
),

behind as (
    select distinct service.model_node_id
    from step.in_service as service
    inner join step.upstream as upstream on service.version_node_id = upstream.version_node_id
    semi join personal on upstream.node_id = personal.dataset_node_id
),

model as (
    select classified.*
    from step.classified_model as classified
    semi join behind on classified.model_node_id = behind.model_node_id
    where
        classified.eu_class = 'high'
        or classified.is_significant
        or (classified.eu_class is null and classified.is_significant is null)
),

assessed as (
    select
        record.model_node_id,
        min(record.approved_at) as approved_at,
        max(record.review_at) as review_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'dpia' and record.approved_by is not null
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.eu_class is not null or model.is_significant is not null as is_tested,
    case
        when model.eu_class is null and model.is_significant is null then null
        when assessed.model_node_id is null then 'it has no approved impact assessment'
        when assessed.approved_at is null then 'nobody says when its impact assessment was approved'
        when assessed.approved_at > trained.first_trained_at
            then 'its impact assessment was approved after it was first trained on personal data'
        when assessed.review_at <= getvariable('as_of') then 'its impact assessment is overdue to be reviewed'
    end as finding,
    if(
        model.eu_class is null and model.is_significant is null,
        'nobody says whether it decides with significant effect',
        null
    ) as missing,
    trained.first_trained_at as since_at,
    assessed.evidence
from model
left join trained on model.model_node_id = trained.model_node_id
left join assessed on model.model_node_id = assessed.model_node_id;
