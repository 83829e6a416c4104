-- object: control.E13
-- kind: control
-- grain: one row per model that talks with people or makes synthetic content
-- sources: step.classified_model, step.record
-- clause: of a model that nobody has classified nobody says whether it does
with model as (
    select
        classified.*,
        list_has_any(classified.uses, ['interactive', 'synthetic content']) as is_such
    from step.classified_model as classified
    where
        classified.record_id is null
        or list_has_any(classified.uses, ['interactive', 'synthetic content'])
),

disclosed as (
    select
        record.model_node_id,
        min(silver.begin_of(record.body ->> '$.shown_from')) as shown_at,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'disclosure'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.is_such as is_tested,
    case
        when not model.is_such then null
        when disclosed.model_node_id is null then 'nothing says how people learn of it'
        when disclosed.shown_at is null or disclosed.shown_at > getvariable('as_of')
            then 'people are not told yet'
    end as finding,
    if(model.is_such, null, 'nobody says what it is used for') as missing,
    model.first_deployed_at as since_at,
    disclosed.evidence
from model
left join disclosed on model.model_node_id = disclosed.model_node_id;
