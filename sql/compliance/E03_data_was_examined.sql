-- object: control.E03
-- kind: control
-- grain: one row per dataset that a version of class high in production was trained or evaluated on
-- sources: step.classified_model, lineage.model_dataset, step.record, step.in_service
-- clause: an examination for bias and for gaps, of the version that was read where the record names one
with read as (
    select
        service.model_node_id,
        service.version_node_id,
        dataset.dataset_node_id,
        min(dataset.dataset_version) as dataset_version,
        min(dataset.started_at) as read_at,
        min(model.eu_class) as eu_class
    from step.in_service as service
    inner join step.classified_model as model on service.model_node_id = model.model_node_id
    inner join lineage.model_dataset as dataset
        on service.version_node_id = dataset.model_version_node_id
    where model.eu_class = 'high' or model.eu_class is null
    group by service.model_node_id, service.version_node_id, dataset.dataset_node_id
),

examined as (
    select
        read.version_node_id,
        read.dataset_node_id,
        list_sort(list_distinct(flatten(list((record.body -> '$.covers')::varchar [])))) as covers,
        list_sort(list(record.record_id)) as evidence
    from read
    inner join step.record as record
        on record.kind = 'data-examination' and read.dataset_node_id = record.dataset_node_id
    where
        record.body ->> '$.dataset_version' is null
        or record.body ->> '$.dataset_version' = read.dataset_version
    group by read.version_node_id, read.dataset_node_id
)

select
    read.model_node_id as scope,
    read.version_node_id || ' ' || read.dataset_node_id as object_id,
    read.eu_class is not null as is_tested,
    case
        when read.eu_class is null then null
        when examined.covers is null then 'nobody has examined it'
        when not list_contains(examined.covers, 'bias') then 'it was not examined for bias'
        when not list_contains(examined.covers, 'gaps') then 'it was not examined for gaps'
    end as finding,
    if(read.eu_class is null, 'nobody says of which class its model is', null) as missing,
    read.read_at as since_at,
    examined.evidence
from read
left join examined
    on
        read.version_node_id = examined.version_node_id
        and read.dataset_node_id = examined.dataset_node_id;
