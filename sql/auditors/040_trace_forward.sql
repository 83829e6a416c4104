-- object: compliance.trace_forward
-- kind: macro
-- grain: one row per (run that read a version of a node, or what was made of it; version that it wrote)
-- sources: graph.meant, graph.node, lineage.run_input_history, lineage.dataset_version_history, lineage.run_history, registry.serving
-- clause: from raw data on to models and where they serve, for a sample; a run that wrote nothing has one row without what it wrote
-- clause: of what a run wrote, that counts into which what it read is stated, or taken, to flow
-- clause: node: the dataset; version: its version (null: all); known_at: by what had been told by then
-- clause: read_version_basis: stated or inferred; serves_at: deployments of a model version that was written
-- limits: what no producer told; which rows of a dataset went on, and whether a model remembers them

-- noqa: disable=layout.indent,references.qualification
create or replace macro compliance.trace_forward(node, version := null, known_at := null) as table
with recursive read as (
    select
        input.run_id,
        input.dataset_node_id as read_node_id,
        input.dataset_version as read_version,
        input.version_basis as read_version_basis,
        input.is_ambiguous,
        input.feeds,
        input.written_by_run_id
    from lineage.run_input_history as input
    where graph.holds(input.known_from_at, input.known_to_at, known_at)
),

written as (
    select
        one.run_id,
        one.dataset_node_id as written_node_id,
        one.dataset_version as written_version
    from lineage.dataset_version_history as one
    where graph.holds(one.known_from_at, one.known_to_at, known_at)
),

step as (
    select
        read.*,
        written.written_node_id,
        written.written_version
    from read
    inner join graph.node as named on read.read_node_id = named.node_id
    semi join graph.meant(node, known_at := known_at) as meant on named.number = meant.number
    left join written
        on read.run_id = written.run_id and list_contains(read.feeds, written.written_node_id)
    where version is null or read.read_version = version
    union
    select
        read.*,
        written.written_node_id,
        written.written_version
    from step
    inner join read
        on step.run_id = read.written_by_run_id and step.written_node_id = read.read_node_id
    left join written
        on read.run_id = written.run_id and list_contains(read.feeds, written.written_node_id)
),

serving as (
    select
        serves.version_node_id,
        list_sort(list(distinct serves.deployment_node_id)) as serves_at
    from registry.serving as serves
    where
        serves.valid_to_at is null
        and graph.holds(serves.known_from_at, serves.known_to_at, known_at)
    group by serves.version_node_id
)

select
    run.started_at,
    step.run_id,
    run.job_node_id,
    step.read_node_id,
    step.read_version,
    step.read_version_basis,
    step.is_ambiguous,
    step.written_node_id,
    step.written_version,
    serving.serves_at
from step
left join lineage.run_history as run
    on step.run_id = run.run_id and graph.holds(run.known_from_at, run.known_to_at, known_at)
left join serving on step.written_node_id = serving.version_node_id
order by run.started_at, step.run_id, step.read_node_id, step.written_node_id, step.written_version;
