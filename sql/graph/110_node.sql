-- object: lineage.node
-- kind: facts
-- grain: one row per node: dataset, model, model version, deployment or job
-- sources: silver.identity, silver.dataset_name, silver.statement_node, silver.job_name, silver.dataset_trait, step.stage_override, silver.statement, silver.statement_edge
-- clause: stage rules in order, the first that applies; see docs/stages.md
-- column node_id: its identifier
-- column kind: dataset, model, modelVersion, deployment or job
-- column namespace: the namespace, registry or platform as the producer wrote it
-- column name: the name; of a model version, name@version
-- column stage: raw, cleaned, feature, training, model, deployment or unknown; null for jobs, which have none
-- column stage_rule: the rule that decided: override, tag, dataset_type, namespace, feast, job_type, name, topology, registry (only a registry told of it), none
-- column stage_confidence: high (stated), medium (a name says so), low (its place in the graph), null where unknown
-- column first_seen_at: the earliest event that names it
-- column last_seen_at: the latest event that names it
create table if not exists lineage.node (
    node_id varchar,
    kind varchar,
    namespace varchar,
    name varchar,
    stage varchar,
    stage_rule varchar,
    stage_confidence varchar,
    first_seen_at timestamptz,
    last_seen_at timestamptz
);

create or replace table step.node as
with plain as (
    select
        identity.node_id,
        any_value(identity.kind) as kind,
        any_value(identity.node_namespace) as namespace,
        any_value(identity.node_name) as name,
        min(dataset_name.first_ns) as first_ns,
        max(dataset_name.last_ns) as last_ns
    from silver.identity as identity
    inner join silver.dataset_name as dataset_name
        on identity.namespace = dataset_name.namespace and identity.name = dataset_name.name
    group by identity.node_id
),

version as (
    select
        node.node_id,
        'modelVersion' as kind,
        any_value(plain.namespace) as namespace,
        any_value(plain.name || '@' || node.dataset_version) as name,
        min(statement.first_ns) as first_ns,
        max(coalesce(statement.completed_ns, statement.first_ns)) as last_ns
    from silver.statement_node as node
    inner join silver.statement as statement on node.statement_id = statement.statement_id
    inner join plain on node.model_node_id = plain.node_id
    where node.kind = 'modelVersion'
    group by node.node_id
),

everything as (
    select * from plain
    union all by name
    select * from version
),

trait as (
    select
        identity.node_id,
        max(trait.latest) filter (where trait.trait = 'stage_tag').value as stage_tag,
        bool_or(trait.trait = 'feast') as is_feast
    from silver.dataset_trait as trait
    inner join silver.identity as identity
        on trait.namespace = identity.namespace and trait.name = identity.name
    group by identity.node_id
),

override as (
    select
        everything.node_id,
        arg_min(stage_override.stage, stage_override.place) as stage
    from everything
    inner join step.stage_override as stage_override
        on everything.node_id like stage_override.pattern escape '\'
    group by everything.node_id
),

ml_job as (
    select
        node.node_id,
        bool_or(node.direction = 'output' and job_name.latest_type.job_type = 'TRAINING')
            as is_trained,
        bool_or(node.direction = 'output' and job_name.latest_type.job_type = 'DEPLOYMENT')
            as is_deployed,
        bool_or(node.direction = 'input' and job_name.latest_type.job_type = 'TRAINING')
            as is_training
    from silver.statement_node as node
    inner join silver.job_name as job_name
        on node.job_node_id = silver.node_of('job', job_name.namespace, job_name.name)
    where job_name.latest_type.integration in ('MLFLOW', 'SAGEMAKER', 'VERTEX', 'KUBEFLOW')
    group by node.node_id
),

written as (
    select distinct node.node_id
    from silver.statement_node as node
    where node.direction = 'output'
),

read as (
    select distinct node.node_id
    from silver.statement_node as node
    where node.direction = 'input'
),

feeder as (
    select distinct edge.source_node_id as node_id
    from silver.statement_edge as edge
    where
        starts_with(edge.target_node_id, 'model:')
        or starts_with(edge.target_node_id, 'modelVersion:')
),

worded as (
    select
        everything.node_id,
        regexp_split_to_array(lower(everything.namespace || ' ' || everything.name), '[^a-z0-9]+')
            as words
    from everything
),

ruled as (
    select
        everything.*,
        case
            when override.stage is not null then (override.stage, 'override', 'high')
            when trait.stage_tag is not null then (trait.stage_tag, 'tag', 'high')
            when everything.kind in ('model', 'modelVersion') then ('model', 'dataset_type', 'high')
            when everything.kind = 'deployment' then ('deployment', 'namespace', 'high')
            when trait.is_feast then ('feature', 'feast', 'high')
            when ml_job.is_trained then ('model', 'job_type', 'high')
            when ml_job.is_deployed then ('deployment', 'job_type', 'high')
            when ml_job.is_training then ('training', 'job_type', 'high')
            when list_has_any(worded.words, getvariable('training_words'))
                then ('training', 'name', 'medium')
            when list_has_any(worded.words, getvariable('feature_words'))
                then ('feature', 'name', 'medium')
            when list_has_any(worded.words, getvariable('cleaned_words'))
                then ('cleaned', 'name', 'medium')
            when list_has_any(worded.words, getvariable('raw_words'))
                then ('raw', 'name', 'medium')
            when feeder.node_id is not null then ('training', 'topology', 'low')
            when read.node_id is not null and written.node_id is null
                then ('raw', 'topology', 'low')
            else ('unknown', 'none', null)
        end as verdict
    from everything
    left join override on everything.node_id = override.node_id
    left join trait on everything.node_id = trait.node_id
    left join ml_job on everything.node_id = ml_job.node_id
    left join written on everything.node_id = written.node_id
    left join read on everything.node_id = read.node_id
    left join feeder on everything.node_id = feeder.node_id
    left join worded on everything.node_id = worded.node_id
)

select
    ruled.node_id,
    ruled.kind,
    ruled.namespace,
    ruled.name,
    ruled.verdict[1] as stage,
    ruled.verdict[2] as stage_rule,
    ruled.verdict[3] as stage_confidence,
    silver.instant(ruled.first_ns) as first_seen_at,
    silver.instant(ruled.last_ns) as last_seen_at
from ruled
union all
select
    silver.node_of('job', job_name.namespace, job_name.name) as node_id,
    'job' as kind,
    job_name.namespace,
    job_name.name,
    null as stage,
    null as stage_rule,
    null as stage_confidence,
    silver.instant(job_name.first_ns) as first_seen_at,
    silver.instant(job_name.last_ns) as last_seen_at
from silver.job_name as job_name;

create or replace table step.changed_node as
select * from step.node
except
select * from lineage.node;

truncate lineage.node;

insert into lineage.node
select * from step.node;
