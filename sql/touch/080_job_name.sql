-- object: silver.job_name
-- kind: facts
-- grain: one row per job that any event has named, with the span of its mentions and its latest type
-- sources: step.new_event, step.new_facet, silver.job_type_facet, silver.deleted_body
-- column latest_type: jobType of the latest event that carries one: integration, processing and type; all null where it takes them back
create table if not exists silver.job_name (
    namespace varchar,
    name varchar,
    first_ns bigint,
    last_ns bigint,
    latest_type struct(
        event_ns bigint, integration varchar, processing_type varchar, job_type varchar
    ),
    primary key (namespace, name)
);

insert into silver.job_name
with latest_type as (
    select
        facet.job_namespace,
        facet.job_name,
        max({
            'event_ns': facet.event_ns,
            'integration': upper(job_type.integration),
            'processing_type': upper(job_type.processing_type),
            'job_type': upper(job_type.job_type)
        }) as latest
    from step.new_facet as facet
    left join silver.job_type_facet as job_type on facet.facet_digest = job_type.facet_digest
    left join silver.deleted_body as deleted on facet.facet_digest = deleted.facet_digest
    where
        facet.key = 'jobType'
        and facet.holder = 'job'
        and (job_type.facet_digest is not null or deleted.facet_digest is not null)
    group by all
)

select
    event.job_namespace,
    event.job_name,
    min(event.event_ns),
    max(event.event_ns),
    any_value(latest_type.latest)
from step.new_event as event
left join latest_type
    on event.job_namespace = latest_type.job_namespace and event.job_name = latest_type.job_name
where event.job_name is not null
group by event.job_namespace, event.job_name
on conflict do update set
    first_ns = least(first_ns, excluded.first_ns),
    last_ns = greatest(last_ns, excluded.last_ns),
    latest_type = greatest(latest_type, excluded.latest_type);
