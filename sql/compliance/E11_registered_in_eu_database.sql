-- object: control.E11
-- kind: control
-- grain: one row per model of class high that was placed on the market
-- sources: step.classified_model, step.record
-- clause: a model that nobody says was placed on the market counts from its first deployment on
with model as (
    select classified.*
    from step.classified_model as classified
    where classified.eu_class = 'high' or classified.eu_class is null
),

registered as (
    select
        record.model_node_id,
        min(silver.begin_of(record.body ->> '$.registered_on')) as registered_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'eu-registration'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.eu_class is not null as is_tested,
    case
        when model.eu_class is null then null
        when registered.model_node_id is null then 'it is not registered in the EU database'
        when registered.registered_at > coalesce(model.placed_at, model.first_deployed_at)
            then 'it was registered after it was placed on the market'
    end as finding,
    if(model.eu_class is null, 'nobody says of which class it is', null) as missing,
    coalesce(model.placed_at, model.first_deployed_at) as since_at,
    registered.evidence
from model
left join registered on model.model_node_id = registered.model_node_id;
