-- object: control.P02
-- kind: control
-- grain: one row per column with personal data in a training set of a version that serves in production
-- sources: step.upstream, step.personal_field, step.record
-- clause: a training set is what a version learned from at one remove; a column that may hold personal data, and nobody says, cannot be judged
with training as (
    select distinct upstream.node_id
    from step.upstream as upstream
    where upstream.kind = 'dataset' and upstream.stage = 'training'
),

needed as (
    select
        record.dataset_node_id,
        unnest((record.body -> '$.columns')::varchar []) as field,
        record.record_id
    from step.record as record
    where record.kind = 'necessity'
),

covered as (
    select
        training.node_id,
        needed.field,
        list_sort(list(needed.record_id)) as evidence
    from training
    inner join needed on training.node_id like silver.like_of(needed.dataset_node_id) escape '\'
    group by training.node_id, needed.field
)

select
    null as scope,
    'datasetField:'
    || substr(personal.dataset_node_id, 9)
    || ':'
    || silver.encode_part(personal.field) as object_id,
    covered.field is not null or personal.status != 'possible' as is_tested,
    if(
        covered.field is null and personal.status != 'possible',
        'nobody says why it is needed',
        null
    ) as finding,
    if(
        covered.field is null and personal.status = 'possible',
        'nobody says whether it holds personal data',
        null
    ) as missing,
    null::timestamptz as since_at,
    covered.evidence
from step.personal_field as personal
inner join training on personal.dataset_node_id = training.node_id
left join covered
    on personal.dataset_node_id = covered.node_id and personal.field = covered.field
where personal.field is not null;
