-- object: step.listing_point
-- kind: step
-- grain: one row per (listing, time at which it was told): a poll of a registry, a scan of a registration
-- sources: silver.poll_page, silver.registration, step.polled_registry
-- clause: a listing is a registry that is polled, or a model that is registered in a file
-- clause: what a poll does not list is gone only if it has the last page; a registration is always whole
create or replace table step.listing_point as
with told as (
    select
        poll.source,
        registry.registry,
        null as name,
        poll.polled_at as at,
        poll.listing in ('registered_models', 'model_package_groups')
        and poll.is_last_page as has_all_models,
        poll.listing in ('model_versions', 'model_packages')
        and poll.is_last_page as has_all_versions
    from silver.poll_page as poll
    inner join step.polled_registry as registry
        on poll.source = registry.source and poll.host = registry.host
    where
        poll.ingested_at <= getvariable('known_at')
        and poll.listing in (
            'registered_models', 'model_versions', 'runs', 'logged_models',
            'model_package_groups', 'model_packages'
        )
    union all
    select
        'files' as source,
        registration.registry,
        registration.name,
        registration.ingested_at as at,
        true as has_all_models,
        true as has_all_versions
    from silver.registration as registration
    where registration.ingested_at <= getvariable('known_at')
),

point as (
    select
        {'source': told.source, 'registry': told.registry, 'name': told.name} as listing,
        told.at,
        bool_or(told.has_all_models) as has_all_models,
        bool_or(told.has_all_versions) as has_all_versions
    from told
    group by told.source, told.registry, told.name, told.at
)

select
    point.*,
    row_number() over (partition by point.listing order by point.at) as n
from point;
