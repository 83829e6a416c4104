-- object: control.E05
-- kind: control
-- grain: one row per decisions of models of class high, by day and version
-- sources: step.classified_model, registry.prediction, step.in_service, silver.model_use
-- clause: a day of decisions is recorded if an audit log tells on that day of answers of the model
with version as (
    select distinct
        service.version_node_id,
        service.model_node_id,
        service.model,
        classified.eu_class
    from step.in_service as service
    inner join step.classified_model as classified
        on service.model_node_id = classified.model_node_id
    where classified.eu_class = 'high' or classified.eu_class is null
),

decided as (
    select
        version.model_node_id,
        version.model,
        prediction.version_node_id,
        make_timestamp(epoch_us(prediction.decided_at))::date as day_on,
        count(*) as members,
        min(version.eu_class) as eu_class
    from registry.prediction as prediction
    inner join version
        on prediction.version_node_id = version.version_node_id
    where
        prediction.decided_at <= getvariable('as_of')
        and graph.holds(prediction.known_from_at, prediction.known_to_at, getvariable('known_at'))
    group by all
),

logged as (
    select distinct
        used.model,
        make_timestamp(epoch_us(used.first_at))::date as day_on
    from silver.model_use as used
    where used.ingested_at <= getvariable('known_at')
)

select
    decided.model_node_id as scope,
    decided.version_node_id || ' ' || decided.day_on as object_id,
    decided.members,
    decided.eu_class is not null as is_tested,
    if(
        decided.eu_class is not null and logged.model is null,
        'no audit log tells of them',
        null
    ) as finding,
    if(decided.eu_class is null, 'nobody says of which class its model is', null) as missing,
    decided.day_on::timestamp at time zone 'UTC' as since_at,
    [] as evidence
from decided
left join logged on decided.model = logged.model and decided.day_on = logged.day_on;
