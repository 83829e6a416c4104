-- object: step.version_at
-- kind: step
-- grain: one row per (listing, version, point): what a registry holds of a version then, of its run and of its logged model, by digest
-- sources: silver.listed_version, silver.poll_page, silver.mlflow_run, silver.mlflow_logged_model, step.polled_registry, step.listing_point, step.registration, step.model_at
-- clause: a version that an incomplete listing leaves out is as it was
-- clause: a run and a logged model are as they were told last: that a listing leaves them out takes back nothing
create or replace table step.version_at as
with place as (
    select
        poll.document_id,
        point.listing,
        point.n
    from silver.poll_page as poll
    inner join step.polled_registry as registry
        on poll.source = registry.source and poll.host = registry.host
    inner join step.listing_point as point
        on
            point.listing
            = {'source': poll.source, 'registry': registry.registry, 'name': null::varchar}
            and poll.polled_at = point.at
    where poll.ingested_at <= getvariable('known_at')
),

listed as (
    select
        place.listing,
        place.n,
        version.name,
        version.version,
        version.created_at,
        version.model_id,
        version.run_id,
        version.document_id,
        version.content_sha256
    from silver.listed_version as version
    inner join place on version.document_id = place.document_id
    qualify
        row_number() over (
            partition by place.listing, place.n, version.name, version.version
            order by
                version.updated_at desc nulls last,
                version.document_id desc,
                version.content_sha256 desc
        ) = 1
),

run as (
    select
        place.listing,
        place.n,
        run.run_id,
        run.document_id,
        run.content_sha256
    from silver.mlflow_run as run
    inner join place on run.document_id = place.document_id
    qualify
        row_number() over (
            partition by place.listing, place.n, run.run_id
            order by run.document_id desc, run.content_sha256 desc
        ) = 1
),

logged_model as (
    select
        place.listing,
        place.n,
        logged_model.model_id,
        logged_model.run_id,
        logged_model.document_id,
        logged_model.content_sha256
    from silver.mlflow_logged_model as logged_model
    inner join place on logged_model.document_id = place.document_id
    qualify
        row_number() over (
            partition by place.listing, place.n, logged_model.model_id
            order by logged_model.document_id desc, logged_model.content_sha256 desc
        ) = 1
),

known as (
    select
        listed.listing,
        listed.name,
        listed.version,
        min(listed.n) as first_n
    from listed
    group by listed.listing, listed.name, listed.version
),

state as (
    select
        known.listing,
        known.name,
        known.version,
        point.n,
        last_value(
            case
                when listed.n is not null then listed.n
                when point.has_all_versions then 0
            end
            ignore nulls
        ) over (
            partition by known.listing, known.name, known.version
            order by point.n
            rows between unbounded preceding and current row
        ) as shown_n
    from known
    inner join step.listing_point as point
        on known.listing = point.listing and known.first_n <= point.n
    left join listed
        on
            known.listing = listed.listing
            and known.name = listed.name
            and known.version = listed.version
            and point.n = listed.n
),

held as (
    select listed.* replace (state.n as n)
    from state
    inner join listed
        on
            state.listing = listed.listing
            and state.name = listed.name
            and state.version = listed.version
            and state.shown_n = listed.n
),

logged as (
    select
        held.*,
        logged_model.document_id as model_document_id,
        logged_model.content_sha256 as model_sha256,
        coalesce(logged_model.run_id, held.run_id) as source_run_id
    from held
    asof left join logged_model
        on
            held.listing = logged_model.listing
            and held.model_id = logged_model.model_id
            and held.n >= logged_model.n
)

select
    logged.listing,
    logged.n,
    logged.name,
    logged.version,
    model.owner as model_owner,
    logged.created_at as made_at,
    logged.source_run_id as run_id,
    logged.document_id,
    logged.content_sha256,
    logged.model_document_id,
    logged.model_sha256,
    run.document_id as run_document_id,
    run.content_sha256 as run_sha256
from logged
asof left join run
    on
        logged.listing = run.listing
        and logged.source_run_id = run.run_id
        and logged.n >= run.n
left join step.model_at as model
    on
        logged.listing = model.listing
        and logged.n = model.n
        and logged.name = model.name
union all
select
    registration.listing,
    registration.n,
    registration.name,
    version.version,
    registration.owner as model_owner,
    version.registered_at as made_at,
    version.run_id,
    registration.document_id,
    sha256(to_json(version)::varchar) as content_sha256,
    null as model_document_id,
    null as model_sha256,
    null as run_document_id,
    null as run_sha256
from step.registration as registration
cross join unnest(registration.versions) as told(version);
