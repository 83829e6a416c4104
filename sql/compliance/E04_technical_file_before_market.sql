-- object: control.E04
-- kind: control
-- grain: one row per model of class high that was placed on the market or serves
-- sources: step.classified_model, step.record
-- clause: a section of the file is there if it names where it stands; a model that nobody says was placed on the market counts from its first deployment on
with model as (
    select classified.*
    from step.classified_model as classified
    where classified.eu_class = 'high' or classified.eu_class is null
),

file as (
    select
        record.model_node_id,
        max(len(json_keys(record.body, '$.sections'))) as section_count,
        max(record.body ->> '$.instructions') as instructions,
        min(coalesce(record.approved_at, record.updated_at, record.ingested_at)) as made_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'technical-file'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.eu_class is not null as is_tested,
    case
        when model.eu_class is null then null
        when file.model_node_id is null then 'it has no technical file'
        when file.section_count < step.number_of('E04', 'sections')
            then
                'its technical file has '
                || file.section_count
                || ' of '
                || step.number_of('E04', 'sections')
                || ' sections'
        when file.instructions is null then 'it has no instructions for use'
        when file.made_at > coalesce(model.placed_at, model.first_deployed_at)
            then 'its technical file was made after it was placed on the market'
    end as finding,
    if(model.eu_class is null, 'nobody says of which class it is', null) as missing,
    coalesce(model.placed_at, model.first_deployed_at) as since_at,
    file.evidence
from model
left join file on model.model_node_id = file.model_node_id;
