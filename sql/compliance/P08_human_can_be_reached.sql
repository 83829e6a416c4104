-- object: control.P08
-- kind: control
-- grain: one row per model that decides alone with significant effect
-- sources: step.classified_model, step.record
-- clause: of a model that nobody has classified nobody says whether it decides alone
with model as (
    select
        classified.*,
        classified.decisions is not null
        and (classified.decisions != 'solely automated' or classified.is_significant is not null) as is_told
    from step.classified_model as classified
    where
        classified.decisions is null
        or (
            classified.decisions = 'solely automated' and classified.is_significant is distinct from false
        )
),

way as (
    select
        record.model_node_id,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'review-path'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.is_told as is_tested,
    if(
        model.is_told and way.model_node_id is null,
        'nothing says on what ground it decides alone, and how a person reaches a human',
        null
    ) as finding,
    if(model.is_told, null, 'nobody says whether it decides alone with significant effect') as missing,
    model.first_deployed_at as since_at,
    way.evidence
from model
left join way on model.model_node_id = way.model_node_id;
