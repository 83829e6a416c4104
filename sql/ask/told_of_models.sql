-- object: ask.told_of_models
-- kind: ask
-- grain: one row: whether anything was ever told of models, by registries, monitors, people, logs or lineage; and whether more was told at the known time of now than what people do or keep records of, which registries rest on only where they retire a version
-- sources: silver.act, silver.document, silver.model_event, silver.endpoint_event, silver.model_use, silver.development_access, lineage.node, step.development_actor, quality.ingest
-- clause: a document counts whenever it is read, also where it says what it has said before
select
    exists (select 1 from silver.document)
    or exists (select 1 from silver.model_event)
    or exists (select 1 from silver.endpoint_event)
    or exists (select 1 from silver.model_use)
    or exists (select 1 from silver.development_access)
    or exists (
        select 1
        from lineage.node as node
        left join step.development_actor as actor
            on node.kind = 'job' and node.node_id like silver.like_of(actor.pattern) escape '\'
        where node.kind in ('model', 'modelVersion', 'deployment') or actor.pattern is not null
    ) as is_told,
    (
        select count(*)
        from quality.ingest as ingest
        where
            ingest.ingested_at = getvariable('known_at')
            and ingest.source not in ('governance', 'compliance')
    ) + (
        select count(*)
        from silver.act as act
        where act.ingested_at = getvariable('known_at') and act.act = 'retired'
    ) > 0 as is_told_more;
