-- object: silver.alert
-- kind: facts
-- grain: one row per alert in a notification
-- sources: step.new_document
-- clause: Alertmanager webhook, version 4: an alert is told again when it has ended; the year 1 is no end
-- column document_id: the notification in silver.document
-- column incident_id: the alert's fingerprint and when it began
-- column status: firing or resolved
-- column opened_at: when it began; null if that is no time
-- column closed_at: when it ended; null while it has not
-- column name: what it is called
-- column severity: how bad it is, in the words of who wrote its rule
-- column model: the model that it names
-- column version: the version that it names
-- column summary: what happened
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.alert (
    document_id blob,
    incident_id varchar,
    status varchar,
    opened_at timestamptz,
    closed_at timestamptz,
    name varchar,
    severity varchar,
    model varchar,
    version varchar,
    summary varchar,
    ingested_at timestamptz
);

insert into silver.alert
with notified as (
    select
        document.document_id,
        document.ingested_at,
        unnest(json_extract(document.body, '$.alerts[*]')) as alert
    from step.new_document as document
    where document.kind = 'alert'
),

said as (
    select
        notified.document_id,
        notified.alert ->> '$.fingerprint' as fingerprint,
        notified.alert ->> '$.startsAt' as starts,
        notified.alert ->> '$.status' as status,
        try_cast(notified.alert ->> '$.startsAt' as timestamptz) as opened_at,
        try_cast(notified.alert ->> '$.endsAt' as timestamptz) as ended_at,
        notified.alert ->> '$.labels.alertname' as name,
        notified.alert ->> '$.labels.severity' as severity,
        notified.alert ->> '$.labels.model' as model,
        notified.alert ->> '$.labels.model_version' as version,
        coalesce(
            notified.alert ->> '$.annotations.summary', notified.alert ->> '$.annotations.description'
        ) as summary,
        notified.ingested_at
    from notified
)

select distinct
    said.document_id,
    -- The same instant may be written in several ways.
    said.fingerprint || '/' || coalesce(
        strftime(said.opened_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ'), said.starts
    ) as incident_id,
    said.status,
    said.opened_at,
    case
        when said.status = 'resolved' and said.ended_at > timestamptz '0001-01-02 00:00:00+00'
            then said.ended_at
    end as closed_at,
    said.name,
    said.severity,
    said.model,
    said.version,
    said.summary,
    said.ingested_at
from said;
