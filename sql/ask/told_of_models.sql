-- object: ask.told_of_models
-- kind: ask
-- grain: one row: whether anything was ever told of models, by registries, monitors, people, logs or lineage; and whether more was told at the known time of now that registries rest on, other than by lineage
-- sources: silver.act, silver.document, silver.model_event, silver.endpoint_event, silver.model_use, silver.development_access, lineage.node
-- clause: of what people do, registries rest on retirements alone
with told as (
    select document.ingested_at
    from silver.document as document
    left join silver.act as act on lower(hex(document.document_id)) = act.act_id
    where document.source != 'governance' or act.act = 'retired'
    union all
    select ingested_at
    from silver.model_event
    union all
    select ingested_at
    from silver.endpoint_event
    union all
    select ingested_at
    from silver.model_use
    union all
    select ingested_at
    from silver.development_access
)

select
    exists (select 1 from told)
    or exists (select 1 from silver.document)
    or exists (
        select 1
        from lineage.node
        where kind in ('model', 'modelVersion', 'deployment')
    ) as is_told,
    (
        select count(*)
        from told
        where told.ingested_at = getvariable('known_at')
    ) > 0 as is_told_more;
