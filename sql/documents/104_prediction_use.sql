-- object: silver.prediction_use
-- kind: facts
-- grain: one row per (model, version, endpoint, day, scan) that decisions were told of
-- sources: step.new_prediction
-- clause: what findings ask of predictions, without a look at each of them
-- column model: the model as its producer names it
-- column version: the version as its producer names it
-- column deployment_node_id: the endpoint that answered; null if none is named
-- column first_at: the first decision of the day
-- column last_at: the last one
-- column prediction_count: how many
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.prediction_use (
    model varchar,
    version varchar,
    deployment_node_id varchar,
    first_at timestamptz,
    last_at timestamptz,
    prediction_count bigint,
    ingested_at timestamptz
);

insert into silver.prediction_use
select
    prediction.model,
    prediction.version,
    prediction.deployment_node_id,
    min(prediction.decided_at) as first_at,
    max(prediction.decided_at) as last_at,
    count(*) as prediction_count,
    prediction.ingested_at
from step.new_prediction as prediction
group by
    prediction.model,
    prediction.version,
    prediction.deployment_node_id,
    date_trunc('day', prediction.decided_at),
    prediction.ingested_at;
