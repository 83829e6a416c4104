-- object: registry.poll
-- kind: facts
-- grain: one row per time at which a registry was asked, or a registration in a file was read
-- sources: step.listing_point, silver.poll_page, step.polled_registry
-- clause: what was never asked for is not known to be gone
-- column registry: the namespace of the registry
-- column source: mlflow, sagemaker or files
-- column name: the model that a file registers; null for a poll, which lists all
-- column polled_at: when it was asked; of a file when it was scanned
-- column has_all_models: its list of models has a last page: what it lacks is no longer registered
-- column has_all_versions: its list of versions has a last page
-- column known_from_at: the scan that read the last of it
create table if not exists registry.poll (
    registry varchar,
    source varchar,
    name varchar,
    polled_at timestamptz,
    has_all_models boolean,
    has_all_versions boolean,
    known_from_at timestamptz
);

truncate registry.poll;

insert into registry.poll
with scanned as (
    select
        poll.source,
        registry.registry,
        poll.polled_at,
        max(poll.ingested_at) as known_from_at
    from silver.poll_page as poll
    inner join step.polled_registry as registry
        on poll.source = registry.source and poll.host = registry.host
    where poll.ingested_at <= getvariable('known_at') and poll.listing != 'experiments'
    group by poll.source, registry.registry, poll.polled_at
)

select
    point.listing.registry,
    point.listing.source,
    point.listing.name,
    point.at as polled_at,
    point.has_all_models,
    point.has_all_versions,
    coalesce(scanned.known_from_at, point.at) as known_from_at
from step.listing_point as point
left join scanned
    on
        point.listing.source = scanned.source
        and point.listing.registry = scanned.registry
        and point.at = scanned.polled_at;
