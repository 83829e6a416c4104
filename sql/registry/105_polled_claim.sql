-- object: step.polled_claim
-- kind: step
-- grain: one row per (endpoint, version that its configuration serves, validity): what polls of SageMaker show
-- sources: silver.polled_endpoint, silver.endpoint_variant, silver.served_package, silver.poll_page, step.polled_registry, step.endpoint_place, step.lasting, registry.model_version
-- clause: an endpoint serves by a configuration from when it was changed last; it is gone when a whole listing no longer has it
-- clause: what a configuration and a model hold is as it was told last: neither is ever changed; where it was never told, which version serves is unknown
create or replace table step.endpoint_point as
select
    {'source': 'sagemaker', 'registry': registry.registry, 'name': null::varchar} as listing,
    poll.polled_at as at,
    row_number() over (partition by registry.registry order by poll.polled_at) as n
from silver.poll_page as poll
inner join step.polled_registry as registry
    on poll.source = registry.source and poll.host = registry.host
where
    poll.source = 'sagemaker'
    and poll.listing = 'endpoints'
    and poll.ingested_at <= getvariable('known_at')
group by registry.registry, poll.polled_at
having bool_or(poll.is_last_page);

create or replace table step.told_endpoint as
select
    point.listing,
    {'platform': endpoint.platform, 'name': endpoint.name} as subject,
    point.n as first_n,
    point.n as last_n,
    {'config': endpoint.config, 'changed_at': endpoint.changed_at} as item,
    endpoint.changed_at as made_at,
    endpoint.document_id
from silver.polled_endpoint as endpoint
inner join silver.poll_page as poll on endpoint.document_id = poll.document_id
inner join step.polled_registry as registry
    on poll.source = registry.source and poll.host = registry.host
inner join step.endpoint_point as point
    on registry.registry = point.listing.registry and poll.polled_at = point.at
where endpoint.ingested_at <= getvariable('known_at')
qualify
    row_number() over (
        partition by point.listing, point.n, endpoint.platform, endpoint.name
        order by endpoint.changed_at desc nulls last, endpoint.document_id desc
    ) = 1;

create or replace table step.polled_claim as
with variant as (
    select
        variant.platform,
        variant.config,
        unnest(arg_max(variant.served, (variant.ingested_at, variant.document_id))) as served
    from (
        select
            endpoint_variant.platform,
            endpoint_variant.config,
            endpoint_variant.document_id,
            endpoint_variant.ingested_at,
            list(distinct endpoint_variant.served) as served
        from silver.endpoint_variant as endpoint_variant
        where endpoint_variant.ingested_at <= getvariable('known_at')
        group by all
    ) as variant
    group by variant.platform, variant.config
),

package as (
    select
        package.platform,
        package.served,
        unnest(arg_max(package.packages, (package.ingested_at, package.document_id))) as package
    from (
        select
            served_package.platform,
            served_package.served,
            served_package.document_id,
            served_package.ingested_at,
            list({'model': served_package.model, 'version': served_package.version}) as packages
        from silver.served_package as served_package
        where served_package.ingested_at <= getvariable('known_at')
        group by all
    ) as package
    group by package.platform, package.served
),

registered as (
    select distinct
        version.registry,
        version.name,
        version.version,
        version.version_node_id
    from registry.model_version as version
    where version.source = 'sagemaker' and version.known_to_at is null
)

select distinct
    place.deployment_node_id,
    registered.version_node_id,
    package.package.model,
    package.package.version,
    'document ' || lower(hex(lasting.document_id)) as evidence,
    lasting.valid_from_at,
    lasting.valid_to_at
from step.lasting('step.told_endpoint', 'step.endpoint_point') as lasting
inner join step.endpoint_place as place
    on lasting.subject.platform = place.platform and lasting.subject.name = place.name
left join variant
    on lasting.subject.platform = variant.platform and lasting.item.config = variant.config
left join package
    on lasting.subject.platform = package.platform and variant.served = package.served
left join registered
    on
        lasting.listing.registry = registered.registry
        and package.package.model = registered.name
        and package.package.version = registered.version;
