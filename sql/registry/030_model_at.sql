-- object: step.model_at
-- kind: step
-- grain: one row per (listing, model, point): what a registry holds of a model then
-- sources: silver.listed_model, silver.poll_page, step.polled_registry, step.listing_point, step.registration
-- clause: a model that an incomplete listing leaves out is as it was
create or replace table step.model_at as
with listed as (
    select
        model.*,
        point.listing,
        point.n
    from silver.listed_model as model
    inner join silver.poll_page as poll on model.document_id = poll.document_id
    inner join step.polled_registry as registry
        on poll.source = registry.source and poll.host = registry.host
    inner join step.listing_point as point
        on
            point.listing
            = {'source': poll.source, 'registry': registry.registry, 'name': null::varchar}
            and poll.polled_at = point.at
    where model.ingested_at <= getvariable('known_at')
    qualify
        row_number() over (
            partition by point.listing, point.n, model.name
            order by model.updated_at desc nulls last, model.document_id desc, model.tags desc
        ) = 1
),

known as (
    select
        listed.listing,
        listed.name,
        min(listed.n) as first_n
    from listed
    group by listed.listing, listed.name
),

state as (
    select
        known.listing,
        known.name,
        point.n,
        last_value(
            case
                when listed.n is not null then listed.n
                when point.has_all_models then 0
            end
            ignore nulls
        ) over (
            partition by known.listing, known.name
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
            and point.n = listed.n
)

select
    state.listing,
    state.n,
    silver.node_of('model', state.listing.registry, state.name) as model_node_id,
    state.name,
    nullif(listed.tags ->> 'owner', '') as owner,
    nullif(listed.tags ->> 'team', '') as team,
    nullif(listed.tags ->> 'risk_tier', '') as risk_tier,
    coalesce(nullif(listed.tags ->> 'purpose', ''), listed.description) as purpose,
    listed.tags,
    listed.aliases,
    listed.created_at as registered_at,
    listed.created_at as made_at,
    listed.document_id
from state
inner join listed
    on
        state.listing = listed.listing
        and state.name = listed.name
        and state.shown_n = listed.n
union all by name
select
    registration.listing,
    registration.n,
    silver.node_of('model', registration.registry, registration.name) as model_node_id,
    registration.name,
    registration.owner,
    registration.team,
    registration.risk_tier,
    registration.purpose,
    '{}'::json as tags,
    [] as aliases,
    null as registered_at,
    list_min(list_transform(
        registration.versions, lambda version: version.registered_at
    )) as made_at,
    registration.document_id
from step.registration as registration;
