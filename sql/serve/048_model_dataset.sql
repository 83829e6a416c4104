-- object: lineage.model_dataset
-- kind: view
-- grain: one row per (model version, dataset, run or event that names both): what it was trained and evaluated on
-- sources: silver.statement_edge, silver.statement_node, silver.statement, silver.job_name, lineage.run, lineage.run_input
-- clause: training: the version was made of it, by a job whose jobType, else whose name, says so
-- clause: evaluation: a job whose jobType, else whose name, says so read or wrote the version beside it
-- clause: unknown: neither is said, or a training job read what is named a holdout; see docs/stages.md
-- clause: as known today; a run that failed counts and shows its state
-- column model_version_node_id: the version of the model
-- column dataset_node_id: the dataset
-- column dataset_version: the version that the run read, as in lineage.run_input
-- column version_basis: stated, inferred or unknown
-- column role: training, evaluation or unknown
-- column role_basis: how it is known: job_type, job_name, contradiction (job and dataset disagree) or none
-- column run_id: the run; null where a job or dataset event says so
-- column job_node_id: its job; null where a dataset event says so
-- column state: how the run ended, as in lineage.run
-- column started_at: when the run began, by its earliest event
create or replace view lineage.model_dataset as
with named as (
    select
        edge.statement_id,
        edge.target_node_id as version_node_id,
        edge.source_node_id as dataset_node_id,
        true as is_made_of
    from silver.statement_edge as edge
    where
        starts_with(edge.target_node_id, 'modelVersion:')
        and starts_with(edge.source_node_id, 'dataset:')
    union all
    select
        version.statement_id,
        version.node_id as version_node_id,
        beside.node_id as dataset_node_id,
        false as is_made_of
    from silver.statement_node as version
    inner join silver.statement_node as beside
        on
            version.statement_id = beside.statement_id
            and beside.direction = 'input'
            and beside.kind = 'dataset'
    where version.kind = 'modelVersion' and version.direction = 'input'
),

pair as (
    select
        named.version_node_id,
        named.dataset_node_id,
        bool_or(named.is_made_of) as is_made_of,
        any_value(statement.kind) as kind,
        any_value(statement.run_id) as run_id,
        any_value(statement.job_namespace) as job_namespace,
        any_value(statement.job_name) as job_name,
        min(statement.first_ns) as first_ns
    from named
    inner join silver.statement as statement on named.statement_id = statement.statement_id
    group by statement.whole_id, named.version_node_id, named.dataset_node_id
),

worded as (
    select
        pair.*,
        job.latest_type.job_type,
        regexp_split_to_array(lower(pair.job_name), '[^a-z0-9]+') as job_words,
        regexp_split_to_array(
            lower(regexp_extract(pair.dataset_node_id, '[^:]*$')), '[^a-z0-9]+'
        ) as dataset_words
    from pair
    left join silver.job_name as job
        on pair.job_namespace = job.namespace and pair.job_name = job.name
),

said as (
    select
        worded.*,
        list_has_any(worded.job_words, ['train', 'training', 'retrain', 'fit']) as is_called_training,
        list_has_any(
            worded.job_words,
            ['evaluate', 'evaluation', 'eval', 'validate', 'validation', 'backtest']
        ) as is_called_evaluation,
        list_has_any(
            worded.dataset_words, ['holdout', 'validation', 'evaluation', 'eval', 'test']
        ) as is_held_out
    from worded
),

judged as (
    select
        said.*,
        case
            when said.job_type = 'TRAINING' then ('training', 'job_type')
            when said.job_type in ('EVALUATION', 'VALIDATION') then ('evaluation', 'job_type')
            when said.is_called_training and not said.is_called_evaluation
                then ('training', 'job_name')
            when said.is_called_evaluation and not said.is_called_training
                then ('evaluation', 'job_name')
            else ('unknown', 'none')
        end as verdict
    from said
)

select
    judged.version_node_id as model_version_node_id,
    judged.dataset_node_id,
    read.dataset_version,
    coalesce(read.version_basis, 'unknown') as version_basis,
    if(judged.verdict[1] = 'training' and judged.is_held_out, 'unknown', judged.verdict[1]) as role,
    if(judged.verdict[1] = 'training' and judged.is_held_out, 'contradiction', judged.verdict[2])
        as role_basis,
    judged.run_id,
    if(
        judged.kind = 'dataset',
        null,
        silver.node_of('job', judged.job_namespace, judged.job_name)
    ) as job_node_id,
    run.state,
    silver.instant(judged.first_ns) as started_at
from judged
left join lineage.run_input as read
    on judged.run_id = read.run_id and judged.dataset_node_id = read.dataset_node_id
left join lineage.run as run on judged.run_id = run.run_id
where judged.is_made_of or judged.verdict[1] != 'training';
