-- object: control.U02
-- kind: control
-- grain: one row per model with significant decisions in us-ca that serves
-- sources: step.classified_model, step.record
-- clause: of a model that nobody has classified nobody says where it is used
with model as (
    select classified.*
    from step.classified_model as classified
    where
        classified.record_id is null
        or (
            list_contains(classified.jurisdictions, 'us-ca')
            and classified.is_significant is distinct from false
        )
),

offered as (
    select
        record.model_node_id,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'admt-notice'
    group by record.model_node_id
)

select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    model.record_id is not null and model.is_significant is not null as is_tested,
    if(
        model.is_significant and offered.model_node_id is null,
        'nothing says how people are told, may opt out and have access',
        null
    ) as finding,
    case
        when model.record_id is null then 'nobody says where it is used'
        when model.is_significant is null then 'nobody says whether its decisions are significant'
    end as missing,
    model.first_deployed_at as since_at,
    offered.evidence
from model
left join offered on model.model_node_id = offered.model_node_id;
