-- object: step.new_prediction
-- kind: step
-- grain: one row per decision of a model that no earlier batch told of
-- sources: step.new_document
create or replace table step.new_prediction as
with said as (
    select
        document.document_id,
        document.body ->> '$.prediction_id' as prediction_id,
        document.body ->> '$.model' as model,
        document.body ->> '$.model_version' as version,
        silver.deployment_of(document.body ->> '$.endpoint') as endpoint,
        document.occurred_at as decided_at,
        document.body ->> '$.subject_ref' as subject_ref,
        try_cast(document.body ->> '$.score' as double) as score,
        document.body ->> '$.decision' as decision,
        document.body -> '$.reasons' as reasons,
        coalesce(json_array_length(document.body, '$.reasons'), 0) as reason_count,
        document.source,
        document.ingested_at
    from step.new_document as document
    where document.kind = 'prediction'
)

select
    said.* exclude (endpoint),
    silver.node_of('deployment', said.endpoint.platform, said.endpoint.name) as deployment_node_id
from said;
