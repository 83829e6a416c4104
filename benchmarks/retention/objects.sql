-- A warehouse of `count` kept objects, as publications would have left it: of ten, six datasets, one
-- model version, one card or approval, one day of predictions, one landing file.
set variable made_at = timestamptz '2020-01-01';

create or replace temp macro some_time(number) as
getvariable('made_at') + to_seconds((hash(number) % 189000000)::bigint);

insert into lineage.run by name
select
    'run-' || range as run_id, 'job:airflow:load_' || range % 20000 as job_node_id,
    'completed' as state, some_time(range) as started_at, some_time(range) + interval 5 minute as ended_at,
    true as is_closed
from range(getvariable('count') // 10);

create or replace temp table dataset as
select
    range as number, 's3://bucket-' || range % 50 as namespace,
    'part/' || range as name, 'dataset:' || namespace || ':' || name as node_id,
    case range % 10
        when 0 then 'unknown' when 1 then 'feature' when 2 then 'training' when 3 then 'raw'
        else 'cleaned'
    end as stage
from range(getvariable('count') * 6 // 10);

insert into lineage.node by name
select
    node_id, 'dataset' as kind, namespace, name, stage, 'name' as stage_rule,
    'medium' as stage_confidence, some_time(number) as first_seen_at, first_seen_at as last_seen_at
from dataset;

insert into lineage.run_io by name
select
    'run-' || number % (getvariable('count') // 10) as run_id, node_id as dataset_node_id,
    'output' as direction, number % 1000 as row_count, number % 100000 as total_bytes
from dataset
union all by name
select
    'run-' || hash(number) % (getvariable('count') // 10) as run_id, node_id as dataset_node_id,
    'input' as direction
from dataset
where number % 2 = 0;

insert into silver.dataset_use
with told as (
    select
        io.*,
        coalesce(run.ended_at, run.started_at) as told_at
    from lineage.run_io as io
    inner join lineage.run as run on io.run_id = run.run_id
)

select use_of.*
from silver.use_of('told') as use_of;

insert into lineage.tag by name
select
    node_id, 'pii' as key, 'yes' as value, 'openlineage' as source, some_time(number) as valid_from_at,
    some_time(number) as known_from_at
from dataset
where number % 20 = 7;

insert into lineage.edge by name
select
    source.node_id as source_node_id, target.node_id as target_node_id, 'job:airflow:load_0' as job_node_id,
    'cartesian' as basis, 1 as run_count, some_time(source.number) as valid_from_at,
    some_time(source.number) as known_from_at
from dataset as source
inner join dataset as target on source.number * 2 + 1 = target.number;

create or replace temp table version as
select
    range as number, 'registry:models/m' || range // 100 || '@' || range % 100 as version_node_id,
    'm' || range // 100 as model, (range % 100)::varchar as version
from range(getvariable('count') // 10);

insert into registry.model_version by name
select
    version_node_id, 'model:' || model as model_node_id, 'models' as registry, model as name, version,
    some_time(number) as registered_at, some_time(number) as valid_from_at,
    some_time(number) as known_from_at
from version;

insert into registry.lifecycle by name
select
    version_node_id, 'production' as stage, some_time(number) as since,
    some_time(number) as valid_from_at, some_time(number) as known_from_at
from version;

insert into registry.serving by name
select
    'deployment:prod/' || model as deployment_node_id, version_node_id, model, version,
    some_time(number) as valid_from_at,
    if(number % 1000 = 0, null, some_time(number) + interval 90 day) as valid_to_at,
    some_time(number) as known_from_at
from version
where number % 50 = 0;

insert into registry.version_name by name
select model, version, version_node_id, 'exact' as reading, some_time(number) as known_from_at
from version;

insert into silver.prediction by name
select
    encode('p' || number) as document_id, 'p' || number as prediction_id, model, version,
    some_time(number) + interval 30 day as decided_at, 'subject-' || number % 100000 as subject_ref,
    'registry' as source, some_time(number) + interval 30 day as ingested_at
from version;

insert into registry.card by name
select
    version_node_id, model, version, some_time(number) as valid_from_at,
    encode('card' || number) as document_id, some_time(number) as known_from_at
from version
where number % 2 = 0;

insert into governance.approval by name
select
    'approval-' || number as act_id, version_node_id, 'production' as stage, 'approved' as decision,
    some_time(number) as valid_from_at, some_time(number) as known_from_at
from version
where number % 2 = 1;

insert into quality.ingest by name
select
    'landing/' || if(range % 2 = 0, 'openlineage/', 'audit/cloudtrail/') || range || '.ndjson' as source_file,
    if(range % 2 = 0, 'openlineage', 'audit/cloudtrail') as source, 1000000 as segment_bytes,
    1000 as record_count, some_time(range) as last_event_at, some_time(range) as ingested_at
from range(getvariable('count') // 10);

insert into governance.policy by name
select
    'benchmark' as policy_sha256, $policy as body, getvariable('made_at') as valid_from_at,
    getvariable('made_at') as known_from_at;

insert into retention.hold by name
select
    'hold-' || number as act_id, 'M-' || number % 10 as matter, node_id as subject,
    if(number % 2 = 0, 'object', 'upstream') as reach, 'a claim' as reason,
    some_time(number) as valid_from_at, some_time(number) as known_from_at
from dataset
where number % (getvariable('count') // 200) = 0;

-- What serves now was made from datasets.
insert into lineage.edge by name
select
    dataset.node_id as source_node_id, version.version_node_id as target_node_id,
    'job:airflow:train' as job_node_id, 'cartesian' as basis, 1 as run_count,
    some_time(version.number) as valid_from_at, some_time(version.number) as known_from_at
from version
inner join dataset on dataset.number % (getvariable('count') // 10) = version.number
where version.number % 1000 = 0;

insert into lineage.node by name
select
    version_node_id as node_id, 'model' as kind, 'models' as namespace, model as name, 'unknown' as stage,
    some_time(number) as first_seen_at, some_time(number) as last_seen_at
from version
where number % 1000 = 0;

insert into lineage.node_history by name
select node_id, kind, namespace, name, stage, stage_rule, stage_confidence, first_seen_at as known_from_at
from lineage.node;
