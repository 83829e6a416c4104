-- object: step.polled_registry
-- kind: step
-- grain: one row per folder that polls of one kind of registry stand in: what identifiers call the registry behind it
-- sources: silver.poll_page, step.registry_name, lineage.node_history
-- clause: as settings say; else by the folder of the registry; else as the one registry of MLflow whose models events name; else mlflow or sagemaker
create or replace table step.polled_registry as
with polled as (
    select distinct
        poll.source,
        poll.host
    from silver.poll_page as poll
    where poll.ingested_at <= getvariable('known_at')
),

set_name as (
    select
        registry_name.source,
        min(registry_name.name) as name
    from step.registry_name as registry_name
    group by registry_name.source
),

-- What only registries know of would name itself.
told as (
    select if(count(distinct node.namespace) = 1, min(node.namespace), 'mlflow') as name
    from lineage.node_history as node
    where
        node.kind = 'model'
        and starts_with(node.namespace, 'mlflow')
        and node.stage_rule != 'registry'
        and node.known_from_at <= getvariable('known_at')
        and coalesce(node.known_to_at > getvariable('known_at'), true)
)

select
    polled.source,
    polled.host,
    case
        when set_name.name is not null then set_name.name
        when polled.host != '' then polled.source || '://' || polled.host
        when polled.source = 'mlflow' then told.name
        else polled.source
    end as registry
from polled
cross join told
left join set_name
    on
        set_name.source
        = 'registry/' || polled.source || if(polled.host = '', '', '/' || polled.host);
