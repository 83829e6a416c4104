-- object: registry.evaluation
-- kind: history
-- grain: one row per (version, metric, slice, dataset, phase, source, validity, known time): what was measured of a version
-- sources: step.registered_evaluation, step.monitored_evaluation
-- clause: valid while the version is registered, from the poll or the scan that first shows it
-- clause: what is no finite number has no value; so that no comparison with it holds
-- column version_node_id: the version
-- column metric: what was measured, such as auc
-- column slice: of which part of the data: what follows the first dot of the name; all if there is none
-- column value: the value; null if it is no finite number
-- column measured_at: when, as it is told
-- column dataset_name: on which data, as it is named; null if nothing says
-- column dataset_digest: the digest of that data
-- column run_id: the run that measured it
-- column phase: evaluation, before the version serves; monitoring, while it does
-- column document_id: the document that first showed it
-- column source: who says so: mlflow, files, sagemaker or a monitor
-- column seen_at: the poll or the scan that first showed it
-- column valid_from_at: from when it is so
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.evaluation (
    version_node_id varchar,
    metric varchar,
    slice varchar,
    value double,
    measured_at timestamptz,
    dataset_name varchar,
    dataset_digest varchar,
    run_id varchar,
    phase varchar,
    document_id blob,
    source varchar,
    seen_at timestamptz,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.evaluation as
select * from step.registered_evaluation
union all by name
select * from step.monitored_evaluation;

-- noqa: disable=layout.indent
merge into registry.evaluation as told
using step.evaluation as fact
    on
        told.known_to_at is null
        and told.version_node_id = fact.version_node_id
        and told.metric = fact.metric
        and told.slice = fact.slice
        and told.phase = fact.phase
        and told.source = fact.source
        and told.document_id is not distinct from fact.document_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
        and told.value is not distinct from fact.value
        and told.measured_at is not distinct from fact.measured_at
        and told.dataset_name is not distinct from fact.dataset_name
        and told.dataset_digest is not distinct from fact.dataset_digest
        and told.run_id is not distinct from fact.run_id
        and told.seen_at is not distinct from fact.seen_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, metric, slice, value, measured_at, dataset_name, dataset_digest, run_id,
        phase, document_id, source, seen_at, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.metric, fact.slice, fact.value, fact.measured_at,
        fact.dataset_name, fact.dataset_digest, fact.run_id, fact.phase, fact.document_id,
        fact.source, fact.seen_at, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from registry.evaluation
where known_from_at = known_to_at;
