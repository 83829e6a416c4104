-- object: silver.prediction
-- kind: facts
-- grain: one row per distinct decision of a model, as it was told
-- sources: step.new_prediction
-- clause: two that share an identifier and differ in anything are both kept: neither is known to be the right one
-- column document_id: as in silver.document
-- column prediction_id: what its producer calls it
-- column model: the model as its producer names it
-- column version: the version as its producer names it
-- column deployment_node_id: the endpoint that answered; null if it does not say
-- column decided_at: when it was decided
-- column subject_ref: the pseudonym of whom it concerns
-- column score: what the model gave
-- column decision: what was decided on it
-- column reasons: why, as the producer lists it
-- column reason_count: how many reasons it lists
-- column source: the landing folder
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.prediction (
    document_id blob,
    prediction_id varchar,
    model varchar,
    version varchar,
    deployment_node_id varchar,
    decided_at timestamptz,
    subject_ref varchar,
    score double,
    decision varchar,
    reasons json,
    reason_count integer,
    source varchar,
    ingested_at timestamptz
);

insert into silver.prediction
select
    prediction.document_id,
    prediction.prediction_id,
    prediction.model,
    prediction.version,
    prediction.deployment_node_id,
    prediction.decided_at,
    prediction.subject_ref,
    prediction.score,
    prediction.decision,
    prediction.reasons,
    prediction.reason_count,
    prediction.source,
    prediction.ingested_at
from step.new_prediction as prediction;
