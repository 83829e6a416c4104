-- object: registry.incident
-- kind: history
-- grain: one row per (incident, version, validity, known time): something that went wrong, and until when
-- sources: silver.alert, silver.model_event, step.version_name, registry.model
-- clause: notifications of one alert, which share fingerprint and beginning, are one incident; it ends when one that is resolved says so
-- clause: a CloudEvent about an incident names it by data.incident, or as its subject incidents/NAME; else it stands alone and stays open
-- clause: an incident that is opened again after its end is another row; one of which only the end is told began when nobody knows, and is valid for no time
-- clause: where notifications differ, the words of the least by the digest of its document count
-- column incident_id: fingerprint and beginning of an alert, the name or the event of another incident
-- column name: what it is called
-- column severity: how bad it is, in the words of the source
-- column model: the model that it is about, as the source names it
-- column version: the version that it is about, as the source names it
-- column version_node_id: the registered version of that name; null if there is none or more than one
-- column model_node_id: the registered model of that name; null if there is none or more than one
-- column summary: what happened
-- column status: open or closed
-- column opened_at: when it began; null if nobody says
-- column closed_at: when it ended; null while it has not
-- column source: alertmanager, cloudevents or the name of a generic source
-- column valid_from_at: when it began
-- column valid_to_at: when it ended; null while it has not
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.incident (
    incident_id varchar,
    name varchar,
    severity varchar,
    model varchar,
    version varchar,
    version_node_id varchar,
    model_node_id varchar,
    summary varchar,
    status varchar,
    opened_at timestamptz,
    closed_at timestamptz,
    source varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.incident as
with said as (
    select
        alert.incident_id,
        alert.opened_at,
        alert.closed_at,
        lower(hex(alert.document_id)) as place,
        alert.name,
        alert.severity,
        alert.model,
        alert.version,
        alert.summary,
        'alertmanager' as source
    from silver.alert as alert
    where alert.ingested_at <= getvariable('known_at')
    union all
    select
        event.incident_id,
        if(event.is_end, null, event.occurred_at) as opened_at,
        if(event.is_end, event.occurred_at, null) as closed_at,
        lower(hex(event.event_id)) as place,
        event.action as name,
        event.attrs ->> '$.severity' as severity,
        event.model_key as model,
        event.model_version as version,
        event.attrs ->> '$.summary' as summary,
        event.source
    from (
        select
            event.*,
            regexp_matches(
                lower(event.action), '(clos|resolv|ended|recover|mitigat)[a-z]*$'
            ) as is_end
        from silver.model_event as event
        where event.category = 'incident' and event.ingested_at <= getvariable('known_at')
    ) as event
),

ending as (
    select distinct
        said.source,
        said.incident_id,
        said.closed_at
    from said
    where said.closed_at is not null
),

opening as (
    select
        said.source,
        said.incident_id,
        said.opened_at,
        min(ending.closed_at) as closed_at
    from said
    left join ending
        on
            said.source = ending.source
            and said.incident_id = ending.incident_id
            and said.opened_at <= ending.closed_at
    where said.opened_at is not null or said.closed_at is null
    group by said.source, said.incident_id, said.opened_at
),

spell as (
    select
        opening.source,
        opening.incident_id,
        min(opening.opened_at) as opened_at,
        opening.closed_at
    from opening
    group by opening.source, opening.incident_id, opening.closed_at
    union all
    select
        ending.source,
        ending.incident_id,
        null as opened_at,
        min(ending.closed_at) as closed_at
    from ending
    anti join opening
        on ending.source = opening.source and ending.incident_id = opening.incident_id
    group by ending.source, ending.incident_id
),

worded as (
    select
        said.source,
        said.incident_id,
        arg_min(said.name, said.place) as name,
        arg_min(said.severity, said.place) as severity,
        arg_min(said.model, said.place) as model,
        arg_min(said.version, said.place) as version,
        arg_min(said.summary, said.place) as summary
    from said
    group by said.source, said.incident_id
),

model as (
    select
        model.name,
        min(model.model_node_id) as model_node_id
    from registry.model as model
    where model.known_to_at is null
    group by model.name
    having min(model.model_node_id) = max(model.model_node_id)
)

select
    spell.incident_id,
    worded.name,
    worded.severity,
    worded.model,
    worded.version,
    named.version_node_id,
    model.model_node_id,
    worded.summary,
    if(spell.closed_at is null, 'open', 'closed') as status,
    spell.opened_at,
    spell.closed_at,
    spell.source,
    coalesce(spell.opened_at, spell.closed_at) as valid_from_at,
    spell.closed_at as valid_to_at
from spell
inner join worded on spell.source = worded.source and spell.incident_id = worded.incident_id
left join step.version_name as named
    on worded.model = named.model and worded.version = named.version
left join model on worded.model = model.name;

-- noqa: disable=layout.indent
merge into registry.incident as told
using step.incident as fact
    on
        told.known_to_at is null
        and told.incident_id = fact.incident_id
        and told.name is not distinct from fact.name
        and told.severity is not distinct from fact.severity
        and told.model is not distinct from fact.model
        and told.version is not distinct from fact.version
        and told.version_node_id is not distinct from fact.version_node_id
        and told.model_node_id is not distinct from fact.model_node_id
        and told.summary is not distinct from fact.summary
        and told.status = fact.status
        and told.opened_at is not distinct from fact.opened_at
        and told.closed_at is not distinct from fact.closed_at
        and told.source = fact.source
        and told.valid_from_at is not distinct from fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        incident_id, name, severity, model, version, version_node_id, model_node_id, summary,
        status, opened_at, closed_at, source, valid_from_at, valid_to_at, known_from_at,
        known_to_at
    ) values (
        fact.incident_id, fact.name, fact.severity, fact.model, fact.version,
        fact.version_node_id, fact.model_node_id, fact.summary, fact.status, fact.opened_at,
        fact.closed_at, fact.source, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from registry.incident
where known_from_at = known_to_at;
