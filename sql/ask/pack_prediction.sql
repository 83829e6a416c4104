-- object: ask.pack_prediction
-- kind: ask
-- grain: one row per (day, deployment, decision) of what $version predicted, without whom it is about
-- sources: registry.prediction
select
    predicted.decided_at::date as decided_on,
    predicted.deployment_node_id,
    predicted.decision,
    predicted.source,
    count(*) as prediction_count,
    count(*) filter (where predicted.reason_count > 0) as with_reasons_count
from registry.prediction as predicted
where predicted.version_node_id = $version and predicted.known_to_at is null
group by all
order by all;
