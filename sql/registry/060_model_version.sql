-- object: registry.model_version
-- kind: history
-- grain: one row per (model version, source, validity, known time): a version of a model, as a registry lists it
-- sources: step.version_span, step.listing_point, step.lasting
-- clause: valid from its registration, and each change from the poll or the scan that first shows it; until the one that shows it no more
-- clause: its run is that of the logged model it was made from, else the one that it names; what runs and logged models say outlives their deletion
-- clause: a listing without its last page takes back nothing
-- column version_node_id: its identifier
-- column model_node_id: the model that it is a version of
-- column registry: the namespace of its registry
-- column name: the name of its model there
-- column version: how the registry calls it
-- column artifact_sha256: the digest of the artifact, 64 hex digits, by the tag of the version or of its logged model; null if none is well formed
-- column run_id: the run of the registry that made it
-- column openlineage_run_id: the same run in OpenLineage, by the tag openlineage.runId
-- column code: the commit that the run used, or the name of what it ran
-- column parameters: of the run, as a JSON object
-- column owner: who answers for it: its tag owner, else the owner of the model
-- column status: as the registry has it, such as READY
-- column stage: the stage that MLflow had before aliases, such as Production
-- column trainer: who ran the training, as the registry names them
-- column card_ref: the tag card: where its card stands
-- column tags: all tags of the version as a JSON object
-- column registered_at: when it was registered, as the registry says
-- column source: who says so: mlflow, files or sagemaker
-- column seen_at: the poll or the scan that first showed it so
-- column document_id: that document
-- column valid_from_at: from when it is so
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.model_version (
    version_node_id varchar,
    model_node_id varchar,
    registry varchar,
    name varchar,
    version varchar,
    artifact_sha256 varchar,
    run_id varchar,
    openlineage_run_id varchar,
    code varchar,
    parameters json,
    owner varchar,
    status varchar,
    stage varchar,
    trainer varchar,
    card_ref varchar,
    tags json,
    registered_at timestamptz,
    source varchar,
    seen_at timestamptz,
    document_id blob,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.told_version as
select
    version.listing,
    version.version_node_id as subject,
    version.first_n,
    version.last_n,
    {
        'model_node_id': version.model_node_id,
        'name': version.name,
        'version': version.version,
        'artifact_sha256': version.artifact_sha256,
        'run_id': version.run_id,
        'openlineage_run_id': version.openlineage_run_id,
        'code': version.code,
        'parameters': version.parameters,
        'owner': version.owner,
        'status': version.status,
        'stage': version.stage,
        'trainer': version.trainer,
        'card_ref': version.card_ref,
        'tags': version.tags,
        'registered_at': version.registered_at
    } as item,
    version.made_at,
    version.document_id
from step.version_span as version;

create or replace table step.model_version as
select
    lasting.subject as version_node_id,
    lasting.listing.registry,
    lasting.listing.source,
    lasting.item,
    lasting.seen_at,
    lasting.document_id,
    lasting.valid_from_at,
    lasting.valid_to_at
from step.lasting('step.told_version', 'step.listing_point') as lasting;

-- noqa: disable=layout.indent
merge into registry.model_version as told
using step.model_version as fact
    on
        told.known_to_at is null
        and told.version_node_id = fact.version_node_id
        and told.source = fact.source
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
        and told.document_id = fact.document_id
        and told.seen_at = fact.seen_at
        and {
            'model_node_id': told.model_node_id,
            'name': told.name,
            'version': told.version,
            'artifact_sha256': told.artifact_sha256,
            'run_id': told.run_id,
            'openlineage_run_id': told.openlineage_run_id,
            'code': told.code,
            'parameters': told.parameters,
            'owner': told.owner,
            'status': told.status,
            'stage': told.stage,
            'trainer': told.trainer,
            'card_ref': told.card_ref,
            'tags': told.tags,
            'registered_at': told.registered_at
        } = fact.item
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, model_node_id, registry, name, version, artifact_sha256, run_id,
        openlineage_run_id, code, parameters, owner, status, stage, trainer, card_ref, tags,
        registered_at, source, seen_at, document_id, valid_from_at, valid_to_at, known_from_at,
        known_to_at
    ) values (
        fact.version_node_id, fact.item.model_node_id, fact.registry, fact.item.name,
        fact.item.version, fact.item.artifact_sha256, fact.item.run_id,
        fact.item.openlineage_run_id, fact.item.code, fact.item.parameters, fact.item.owner,
        fact.item.status, fact.item.stage, fact.item.trainer, fact.item.card_ref, fact.item.tags,
        fact.item.registered_at, fact.source, fact.seen_at, fact.document_id, fact.valid_from_at,
        fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.model_version
where known_from_at = known_to_at;
