-- object: quality.reproducibility
-- kind: view
-- grain: one row per (run, output) whose artifact differs from that of an earlier run of the same job, with nothing known that explains it
-- sources: silver.statement_node, silver.statement, silver.statement_code, lineage.run_input
-- clause: different: code and the versions of all inputs are known and the same, no parameters that are known differ
-- clause: different: digests that are stated as versions differ, or row counts; another number or name proves no other content
-- clause: unknown: artifacts have other versions, but code, an input or what the version means is not known: missing evidence is never the same
-- clause: a version that was inferred from the run that wrote it differs by its nature and is compared with none
-- clause: runs of a stream whose events are snapshots are compared with none
-- clause: of runs that are alike in all that is known, each is compared with the one before it
-- column verdict: different, or unknown
-- column job_node_id: the job of both runs
-- column output_node_id: what both have written; of model versions their model
-- column run_id: the later run
-- column earlier_run_id: the run that it is compared with
-- column written_at: when the later run completed
-- column earlier_written_at: when the earlier run completed
-- column version: what the later run states as the version of its output; null if it states none
-- column earlier_version: what the earlier run states
-- column row_count: rows that the later run wrote, if it says so
-- column earlier_row_count: rows that the earlier run wrote
-- column is_version_different: both state versions, and they differ
-- column is_row_count_different: both state row counts, and they differ
-- column code: same, or unknown: not both runs' own events say exactly which code ran
-- column inputs: same, or unknown: of an input, or of all, the version is not known for certain
-- column parameters: same, or unknown: not both state any
create or replace view quality.reproducibility as
with artifact as (
    select
        node.run_id,
        node.statement_id,
        node.job_node_id,
        coalesce(node.model_node_id, node.node_id) as output_node_id,
        max(node.dataset_version) as version,
        max(node.row_count) as row_count,
        max(statement.completed_ns) as written_ns
    from silver.statement_node as node
    inner join silver.statement as statement on node.statement_id = statement.statement_id
    where
        node.direction = 'output'
        and node.run_id is not null
        and statement.completed_ns is not null
        and not statement.is_snapshot
    group by all
),

reading as (
    select
        read.run_id,
        bool_and(read.version_basis != 'unknown' and not read.is_ambiguous) as is_known,
        list(
            read.dataset_node_id || chr(31) || read.dataset_version
            order by read.dataset_node_id
        ) filter (
            where read.version_basis != 'unknown' and not read.is_ambiguous
        ) as versions,
        list(read.dataset_node_id order by read.dataset_node_id) filter (
            where read.version_basis != 'unknown' and not read.is_ambiguous
        ) as known,
        list(read.dataset_node_id order by read.dataset_node_id) as datasets
    from lineage.run_input as read
    group by read.run_id
),

told as (
    select
        artifact.*,
        code.code,
        code.parameters_sha256,
        reading.versions,
        reading.known,
        reading.datasets,
        coalesce(reading.is_known, false) as is_read_known
    from artifact
    left join silver.statement_code as code on artifact.statement_id = code.statement_id
    left join reading on artifact.run_id = reading.run_id
),

alike as (
    select
        told.*,
        lag(told) over (
            partition by
                told.job_node_id, told.output_node_id, told.code, told.versions,
                told.parameters_sha256
            order by told.written_ns, told.run_id
        ) as earlier
    from told
    where told.code is not null and told.is_read_known
),

following as (
    select
        told.*,
        lag(told) over (
            partition by told.job_node_id, told.output_node_id
            order by told.written_ns, told.run_id
        ) as earlier
    from told
),

pair as (
    select alike.*
    from alike
    where alike.earlier is not null
    union all
    select following.*
    from following
    where
        following.earlier is not null
        and (
            following.code is null
            or following.earlier.code is null
            or not following.is_read_known
            or not following.earlier.is_read_known
            or (following.parameters_sha256 is null)
            != (following.earlier.parameters_sha256 is null)
        )
        -- Nothing that is known of both explains it.
        and coalesce(following.code = following.earlier.code, true)
        and coalesce(following.parameters_sha256 = following.earlier.parameters_sha256, true)
        and not coalesce(
            len(list_intersect(following.known, following.earlier.known))
            > len(list_intersect(following.versions, following.earlier.versions)),
            false
        )
        and coalesce(following.datasets = following.earlier.datasets, true)
        and following.version != following.earlier.version
),

judged as (
    select
        pair.*,
        coalesce(pair.version != pair.earlier.version, false) as is_version_different,
        coalesce(pair.row_count != pair.earlier.row_count, false) as is_row_count_different,
        pair.code is not null and pair.earlier.code is not null as is_code_same,
        pair.is_read_known and pair.earlier.is_read_known as is_input_same,
        pair.parameters_sha256 is not null and pair.earlier.parameters_sha256 is not null
            as is_parameter_same,
        coalesce(
            regexp_full_match(pair.version, '([a-z0-9]+:)?[0-9a-fA-F]{32,128}')
            and regexp_full_match(pair.earlier.version, '([a-z0-9]+:)?[0-9a-fA-F]{32,128}'),
            false
        ) as is_digest,
        (pair.parameters_sha256 is null) != (pair.earlier.parameters_sha256 is null)
            as is_parameter_open
    from pair
)

select
    if(
        judged.is_code_same
        and judged.is_input_same
        and not judged.is_parameter_open
        and (
            judged.is_row_count_different
            or (judged.is_version_different and judged.is_digest)
        ),
        'different',
        'unknown'
    ) as verdict,
    judged.job_node_id,
    judged.output_node_id,
    judged.run_id,
    judged.earlier.run_id as earlier_run_id,
    silver.instant(judged.written_ns) as written_at,
    silver.instant(judged.earlier.written_ns) as earlier_written_at,
    judged.version,
    judged.earlier.version as earlier_version,
    judged.row_count,
    judged.earlier.row_count as earlier_row_count,
    judged.is_version_different,
    judged.is_row_count_different,
    if(judged.is_code_same, 'same', 'unknown') as code,
    if(judged.is_input_same, 'same', 'unknown') as inputs,
    if(judged.is_parameter_same, 'same', 'unknown') as parameters
from judged
where judged.is_version_different or judged.is_row_count_different;
