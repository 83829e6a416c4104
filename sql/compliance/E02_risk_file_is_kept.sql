-- object: control.E02
-- kind: control
-- grain: one row per model of class high that serves
-- sources: step.classified_model, step.record
-- clause: a risk file must be as new as the last version that serves, or newer, and no older than the given days
with model as (
    select classified.*
    from step.classified_model as classified
    where classified.eu_class = 'high' or classified.eu_class is null
),

file as (
    select
        record.model_node_id,
        max(record.updated_at) as updated_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'risk-file'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.eu_class is not null as is_tested,
    case
        when model.eu_class is null then null
        when file.model_node_id is null then 'it has no risk file'
        when file.updated_at is null then 'nobody says when its risk file was gone through'
        when file.updated_at + to_days(step.number_of('E02', 'days')) <= getvariable('as_of')
            then
                'its risk file was gone through last more than '
                || step.number_of('E02', 'days')
                || ' days ago'
    end as finding,
    if(model.eu_class is null, 'nobody says of which class it is', null) as missing,
    file.updated_at as since_at,
    file.evidence
from model
left join file on model.model_node_id = file.model_node_id;
