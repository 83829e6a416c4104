-- object: step.mlflow_registry
-- kind: step
-- grain: one row per folder that polls of MLflow stand in: what identifiers call the registry behind it
-- sources: silver.mlflow_poll, step.registry_name, lineage.node_history
-- clause: as settings say; else by the folder of the server; else as the one registry of MLflow whose models events name; else mlflow
create or replace table step.mlflow_registry as
with polled as (
    select distinct poll.host
    from silver.mlflow_poll as poll
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
    polled.host,
    coalesce(
        set_name.name,
        if(polled.host = '', told.name, 'mlflow://' || polled.host)
    ) as registry
from polled
cross join told
left join set_name
    on set_name.source = 'registry/mlflow' || if(polled.host = '', '', '/' || polled.host);
