-- object: lineage.dataset_version_history
-- kind: history
-- grain: one row per (dataset, version, run that wrote it, known time): lineage.dataset_version as we had been told
-- sources: lineage.dataset_version, step.touched_io
-- column dataset_node_id: as in lineage.dataset_version
-- column dataset_version: as in lineage.dataset_version
-- column basis: as in lineage.dataset_version
-- column run_id: as in lineage.dataset_version
-- column written_at: as in lineage.dataset_version
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.dataset_version_history (
    dataset_node_id varchar,
    dataset_version varchar,
    basis varchar,
    run_id varchar,
    written_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- noqa: disable=layout.indent
merge into lineage.dataset_version_history as told
using (
    select written.*
    from lineage.dataset_version as written
    semi join step.touched_io as touched on written.run_id = touched.run_id
) as fact
    on
        told.known_to_at is null
        and told.run_id = fact.run_id
        and told.dataset_node_id = fact.dataset_node_id
        and told.dataset_version = fact.dataset_version
        and told.basis = fact.basis
        and told.written_at is not distinct from fact.written_at
when not matched by source
    and told.known_to_at is null
    and told.run_id in (select touched.run_id from step.touched_io as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        dataset_node_id, dataset_version, basis, run_id, written_at, known_from_at, known_to_at
    ) values (
        fact.dataset_node_id, fact.dataset_version, fact.basis, fact.run_id, fact.written_at,
        getvariable('known_at'), null
    );

delete from lineage.dataset_version_history
where known_from_at = known_to_at;
