-- object: ask.told_of_models
-- kind: ask
-- grain: one row: whether anything was ever told of models, by registries, monitors, people, logs or lineage
-- sources: silver.document, silver.model_event, silver.endpoint_event, silver.model_use, silver.development_access, lineage.node
select
    exists (select 1 from silver.document)
    or exists (select 1 from silver.model_event)
    or exists (select 1 from silver.endpoint_event)
    or exists (select 1 from silver.model_use)
    or exists (select 1 from silver.development_access)
    or exists (
        select 1
        from lineage.node
        where kind in ('model', 'modelVersion', 'deployment')
    ) as is_told;
