-- object: lineage.run_input
-- kind: facts
-- grain: one row per (run, input): the version that it read
-- sources: step.touched_io, step.changed_write, silver.statement_node, silver.statement_rename, silver.identity, silver.statement, lineage.run, lineage.dataset_version
-- clause: a run that renames a dataset reads what it was called before
-- clause: a version that the run states; else the one that was current when the run began, or if there was none then, when it named the input
-- column run_id: the run
-- column dataset_node_id: what it read
-- column dataset_version: the version; null where no completed run is known to have written one before
-- column version_basis: stated, inferred or unknown
-- column written_by_run_id: the latest run that wrote that version before it was read; null where none is known
-- column read_from_at: when the run began
-- column read_to_at: when the run ended: it was read in between; null while no end of it is known
-- column is_ambiguous: another version was written in between, or after a run without an end began, so that either may have been read
create table if not exists lineage.run_input (
    run_id varchar,
    dataset_node_id varchar,
    dataset_version varchar,
    version_basis varchar,
    written_by_run_id varchar,
    read_from_at timestamptz,
    read_to_at timestamptz,
    is_ambiguous boolean
);

create or replace table step.touched_input as
select touched.run_id
from step.touched_io as touched
union
select known.run_id
from lineage.run_input as known
inner join step.changed_write as changed on known.dataset_node_id = changed.dataset_node_id
where known.read_to_at is null or known.read_to_at >= changed.first_at;

delete from lineage.run_input
where run_id in (select touched.run_id from step.touched_input as touched);

insert into lineage.run_input
with named as (
    select
        node.statement_id,
        node.node_id,
        node.dataset_version,
        node.first_ns
    from silver.statement_node as node
    where node.direction = 'input'
    union all
    select
        renamed.statement_id,
        previous.node_id,
        null as dataset_version,
        renamed.renamed_ns as first_ns
    from silver.statement_rename as renamed
    inner join silver.identity as previous
        on
            renamed.previous_namespace = previous.namespace
            and renamed.previous_name = previous.name
),

reading as (
    select
        statement.run_id,
        named.node_id as dataset_node_id,
        max(named.dataset_version) as stated_version,
        silver.instant(min(statement.first_ns)) as read_from_at,
        silver.instant(min(named.first_ns)) as named_at,
        -- What is named after the end was read by then, too.
        if(
            bool_and(run.is_closed),
            greatest(any_value(run.ended_at), silver.instant(max(named.first_ns))),
            null
        ) as read_to_at
    from named
    inner join silver.statement as statement on named.statement_id = statement.statement_id
    inner join lineage.run as run on statement.run_id = run.run_id
    semi join step.touched_input as touched on statement.run_id = touched.run_id
    group by statement.run_id, named.node_id
),

candidate as (
    select
        reading.run_id,
        reading.dataset_node_id,
        written.dataset_version,
        written.run_id as written_by_run_id,
        written.written_at > reading.read_from_at as is_late,
        written.written_at <= reading.named_at as is_before,
        reading.stated_version,
        written.written_at
    from reading
    inner join lineage.dataset_version as written
        on
            reading.dataset_node_id = written.dataset_node_id
            and reading.run_id != written.run_id
            and (reading.read_to_at is null or reading.read_to_at >= written.written_at)
),

best as (
    select
        candidate.run_id,
        candidate.dataset_node_id,
        max({
            'is_early': not candidate.is_late,
            'written_at': candidate.written_at,
            'run_id': candidate.written_by_run_id,
            'version': candidate.dataset_version
        }) filter (where candidate.is_before) as current,
        max({
            'written_at': candidate.written_at,
            'run_id': candidate.written_by_run_id
        }) filter (
            where candidate.is_before and candidate.dataset_version = candidate.stated_version
        ) as stated,
        bool_or(candidate.is_late) as is_ambiguous
    from candidate
    group by candidate.run_id, candidate.dataset_node_id
)

select
    reading.run_id,
    reading.dataset_node_id,
    coalesce(reading.stated_version, best.current.version) as dataset_version,
    case
        when reading.stated_version is not null then 'stated'
        when best.current.version is not null then 'inferred'
        else 'unknown'
    end as version_basis,
    if(reading.stated_version is null, best.current.run_id, best.stated.run_id) as written_by_run_id,
    reading.read_from_at,
    reading.read_to_at,
    reading.stated_version is null and coalesce(best.is_ambiguous, false) as is_ambiguous
from reading
left join best
    on reading.run_id = best.run_id and reading.dataset_node_id = best.dataset_node_id;
