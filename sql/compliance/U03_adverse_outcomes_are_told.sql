-- object: control.U03
-- kind: control
-- grain: one row per adverse decision of a model in us-co
-- sources: step.classified_model, step.in_service, registry.prediction, step.statement, step.disposed_object
-- clause: adverse is a decision that says decline, declined, deny, denied, reject or rejected
-- clause: until its days have passed, a decision that was not told is no exception
-- clause: predictions that were disposed of are looked at by the file that told of them
with version as (
    select distinct
        service.version_node_id,
        service.model_node_id
    from step.in_service as service
    inner join step.classified_model as model on service.model_node_id = model.model_node_id
    where list_contains(model.jurisdictions, 'us-co')
),

decided as (
    select
        version.model_node_id,
        prediction.prediction_id,
        min(prediction.decided_at) as decided_at
    from registry.prediction as prediction
    inner join version on prediction.version_node_id = version.version_node_id
    where
        lower(prediction.decision) in ('decline', 'declined', 'deny', 'denied', 'reject', 'rejected')
        and prediction.decided_at <= getvariable('as_of')
        and graph.holds(prediction.known_from_at, prediction.known_to_at, getvariable('known_at'))
    group by version.model_node_id, prediction.prediction_id
),

told as (
    select
        statement.data ->> '$.prediction_id' as prediction_id,
        min(silver.begin_of(statement.data ->> '$.given_at')) as given_at,
        list_sort(list(statement.act_id)) as evidence
    from step.statement as statement
    where statement.act = 'notice_given' and statement.data ->> '$.notice' = 'adverse outcome'
    group by statement.data ->> '$.prediction_id'
)

select
    decided.model_node_id as scope,
    'decision ' || decided.prediction_id as object_id,
    true as is_tested,
    case
        when told.given_at > decided.decided_at + to_days(step.number_of('U03', 'days'))
            then 'the person was told later than ' || step.number_of('U03', 'days') || ' days after'
        when
            told.given_at is null
            and decided.decided_at + to_days(step.number_of('U03', 'days')) <= getvariable('as_of')
            then 'the person was not told within ' || step.number_of('U03', 'days') || ' days'
    end as finding,
    null as missing,
    decided.decided_at as since_at,
    told.evidence
from decided
left join told on decided.prediction_id = told.prediction_id
union all
select
    null as scope,
    disposed.object_id,
    disposed.told_at is not null as is_tested,
    if(
        disposed.ended_at < disposed.told_at + to_years(step.number_of('U03', 'years')),
        'it was disposed of within ' || step.number_of('U03', 'years') || ' years of what it told',
        null
    ) as finding,
    if(disposed.told_at is null, 'nobody knows of what times it told', null) as missing,
    disposed.ended_at as since_at,
    [disposed.certificate_sha256] as evidence
from step.disposed_object as disposed
where
    disposed.object_id like 'file:landing/monitoring/%'
    and exists (select 1 from version);
