-- object: registry.version_name
-- kind: history
-- grain: one row per (model, version, known time): which registered version a source means that names model and version only
-- sources: silver.prediction_use, silver.alert, silver.card, silver.measurement, silver.monitoring_test, silver.endpoint_event, silver.model_use, silver.model_event, registry.model_version
-- clause: it is the one version of that name in all registries, at whatever time it was registered; where several registries have one nobody knows which is meant
-- column model: the model as it is named
-- column version: the version as it is named
-- column version_node_id: the registered version; null if there is none or more than one
-- column reading: registered, several registries, version not registered or not registered
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.version_name (
    model varchar,
    version varchar,
    version_node_id varchar,
    reading varchar,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.version_name as
with named as (
    select
        use.model,
        use.version
    from silver.prediction_use as use
    where use.ingested_at <= getvariable('known_at')
    union
    select
        alert.model,
        alert.version
    from silver.alert as alert
    where alert.ingested_at <= getvariable('known_at')
    union
    select
        card.model,
        card.version
    from silver.card as card
    where card.ingested_at <= getvariable('known_at')
    union
    select
        measurement.model,
        measurement.version
    from silver.measurement as measurement
    where measurement.ingested_at <= getvariable('known_at')
    union
    select
        test.model,
        test.version
    from silver.monitoring_test as test
    where test.ingested_at <= getvariable('known_at')
    union
    select
        event.model,
        event.version
    from silver.endpoint_event as event
    where event.ingested_at <= getvariable('known_at')
    union
    select
        use.model,
        use.version
    from silver.model_use as use
    where use.ingested_at <= getvariable('known_at')
    union
    select
        event.model_key,
        event.model_version
    from silver.model_event as event
    where event.ingested_at <= getvariable('known_at')
),

registered as (
    select distinct
        version.name as model,
        version.version,
        version.version_node_id
    from registry.model_version as version
    where version.known_to_at is null
),

model as (
    select distinct registered.model
    from registered
)

select
    named.model,
    named.version,
    if(count(registered.version) = 1, min(registered.version_node_id), null) as version_node_id,
    case
        when count(registered.version) = 1 then 'registered'
        when count(registered.version) > 1 then 'several registries'
        when count(model.model) > 0 then 'version not registered'
        else 'not registered'
    end as reading
from named
left join registered on named.model = registered.model and named.version = registered.version
left join model on named.model = model.model
where named.model is not null and named.version is not null
group by named.model, named.version;

-- noqa: disable=layout.indent
merge into registry.version_name as told
using step.version_name as fact
    on
        told.known_to_at is null
        and told.model = fact.model
        and told.version = fact.version
        and told.version_node_id is not distinct from fact.version_node_id
        and told.reading = fact.reading
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        model, version, version_node_id, reading, known_from_at, known_to_at
    ) values (
        fact.model, fact.version, fact.version_node_id, fact.reading, getvariable('known_at'),
        null
    );

delete from registry.version_name
where known_from_at = known_to_at;
