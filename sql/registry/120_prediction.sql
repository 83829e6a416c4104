-- object: registry.prediction
-- kind: view
-- grain: one row per distinct decision of a model, as it was told, and per known time at which another version was taken to be meant
-- sources: silver.prediction, registry.version_name
-- clause: a decision is valid from when it was made, and for good
-- column prediction_id: what its producer calls it; two that differ in anything are both kept
-- column model: the model as its producer names it
-- column version: the version as its producer names it
-- column version_node_id: the registered version of that name; null if there is none or more than one, see registry.version_name
-- column deployment_node_id: the endpoint that answered; null if it does not say
-- column decided_at: when it was decided
-- column subject_ref: the pseudonym of whom it concerns
-- column score: what the model gave
-- column decision: what was decided on it
-- column reasons: why, as the producer lists it
-- column reason_count: how many reasons it lists
-- column source: the landing folder
-- column document_id: as in silver.document
-- column valid_from_at: when it was decided
-- column valid_to_at: null
-- column known_from_at: the scan that told us, of the decision or of the version
-- column known_to_at: the scan from which another version was taken to be meant; null while we believe it
create or replace view registry.prediction as
select
    prediction.prediction_id,
    prediction.model,
    prediction.version,
    named.version_node_id,
    prediction.deployment_node_id,
    prediction.decided_at,
    prediction.subject_ref,
    prediction.score,
    prediction.decision,
    prediction.reasons,
    prediction.reason_count,
    prediction.source,
    prediction.document_id,
    prediction.decided_at as valid_from_at,
    null::timestamptz as valid_to_at,
    greatest(prediction.ingested_at, named.known_from_at) as known_from_at,
    named.known_to_at
from silver.prediction as prediction
inner join registry.version_name as named
    on
        prediction.model = named.model
        and prediction.version = named.version
        and (named.known_to_at is null or prediction.ingested_at < named.known_to_at);
