-- object: registry.deployment
-- kind: history
-- grain: one row per (deployment, source, model version, validity, known time): what a source says serves there
-- sources: step.deployment_claim
-- clause: a deployment lasts until the same source tells of the next one on the same endpoint, or of its removal; registry.serving puts the sources together
-- clause: openlineage: lineage.edge of basis deployment, from its run on; what a run replaces ends when that run began; a run that failed deployed nothing; a dropped endpoint serves nothing
-- clause: a model without a version counts only until its source names one
-- clause: an InferenceService, or an endpoint of SageMaker, is the endpoint of the same name that others tell of, see step.endpoint_place
-- column deployment_node_id: the deployment
-- column platform: where it is
-- column name: what it is called there
-- column environment: such as production, in the word of the source; of KServe the namespace
-- column version_node_id: the version that serves; null if nobody says which, or no registry has it
-- column model: the model as the source names it; null if it does not
-- column version: the version as the source names it; null if it does not
-- column artifact_sha256: the artifact, where the source names its digest
-- column deployed_by: who did it, as the source names it; of OpenLineage the job
-- column source: who says so: openlineage, cloudevents, kubernetes, sagemaker (its calls in CloudTrail), sagemaker_poll or the name of a generic source
-- column evidence: the event in audit.event, the run, or the document of a poll
-- column valid_from_at: from when it serves
-- column valid_to_at: until when; null while nothing says otherwise
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.deployment (
    deployment_node_id varchar,
    platform varchar,
    name varchar,
    environment varchar,
    version_node_id varchar,
    model varchar,
    version varchar,
    artifact_sha256 varchar,
    deployed_by varchar,
    source varchar,
    evidence varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.deployment as
select distinct
    claim.deployment_node_id,
    regexp_extract(claim.deployment_node_id, '^deployment:(.*):[^:]*$', 1) as platform,
    silver.decode_part(regexp_extract(claim.deployment_node_id, '([^:]*)$', 1)) as name,
    claim.environment,
    claim.version_node_id,
    claim.model,
    claim.version,
    claim.artifact_sha256,
    claim.deployed_by,
    claim.source,
    claim.evidence,
    claim.valid_from_at,
    claim.valid_to_at
from step.deployment_claim as claim;

-- noqa: disable=layout.indent
merge into registry.deployment as told
using step.deployment as fact
    on
        told.known_to_at is null
        and told.deployment_node_id = fact.deployment_node_id
        and told.platform = fact.platform
        and told.name = fact.name
        and told.environment is not distinct from fact.environment
        and told.version_node_id is not distinct from fact.version_node_id
        and told.model is not distinct from fact.model
        and told.version is not distinct from fact.version
        and told.artifact_sha256 is not distinct from fact.artifact_sha256
        and told.deployed_by is not distinct from fact.deployed_by
        and told.source = fact.source
        and told.evidence is not distinct from fact.evidence
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        deployment_node_id, platform, name, environment, version_node_id, model, version,
        artifact_sha256, deployed_by, source, evidence, valid_from_at, valid_to_at,
        known_from_at, known_to_at
    ) values (
        fact.deployment_node_id, fact.platform, fact.name, fact.environment,
        fact.version_node_id, fact.model, fact.version, fact.artifact_sha256, fact.deployed_by,
        fact.source, fact.evidence, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from registry.deployment
where known_from_at = known_to_at;
