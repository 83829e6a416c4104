-- object: silver.statement_lineage
-- kind: facts
-- grain: one row per (statement, holder, facet body): the explicit lineage that stands
-- sources: step.statement_event, step.statement_holding, bronze.event_facet, silver.lineage_body, step.touched_statement
-- clause: OpenLineage explicit lineage: what a job states in the events of a run adds up, what a dataset states replaces
-- clause: what a job states holds for each of its snapshots
-- column namespace: the dataset that holds the facet; null where the job does
-- column first_ns: the first event that carries this body
create table if not exists silver.statement_lineage (
    statement_id varchar,
    holder varchar,
    namespace varchar,
    name varchar,
    facet_digest blob,
    first_ns bigint
);

delete from silver.statement_lineage
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_lineage
with stated as (
    select
        facet.holder = 'job' as is_whole,
        if(is_whole, event.whole_id, event.statement_id) as holding_id,
        facet.holder,
        facet.namespace,
        facet.name,
        facet.facet_digest,
        body.is_deleted,
        min(event.event_ns) as first_ns,
        max(event.event_ns) as last_ns
    from step.statement_event as event
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    inner join silver.lineage_body as body on facet.facet_digest = body.facet_digest
    where facet.key = 'lineage' and facet.holder in ('job', 'dataset')
    group by all
),

compared as (
    select
        stated.*,
        max(stated.last_ns) filter (where stated.is_deleted) over held as deleted_ns,
        max({'last_ns': stated.last_ns, 'facet_digest': stated.facet_digest}) over held as latest
    from stated
    window held as (
        partition by stated.holding_id, stated.holder, stated.namespace, stated.name
    )
)

select
    holding.statement_id,
    compared.holder,
    compared.namespace,
    compared.name,
    compared.facet_digest,
    compared.first_ns
from compared
inner join step.statement_holding as holding
    on compared.holding_id = holding.holding_id and compared.is_whole = holding.is_whole
where
    not compared.is_deleted
    and compared.last_ns > coalesce(compared.deleted_ns, compared.last_ns - 1)
    and (compared.holder = 'job' or compared.facet_digest = compared.latest.facet_digest);
