-- object: lineage.job_edge
-- kind: view
-- grain: one row per (source, target) of explicit lineage of which one is a job: a flow without a dataset between
-- sources: silver.statement_lineage, silver.lineage_facet, silver.statement, silver.identity
-- clause: OpenLineage LineageFacet 1-0-0: a JOB without a name is the event's own
-- clause: as known today; closures follow those into and out of an event's own job, see lineage.edge, none from job to job; a job may be one of which nothing else was told
-- column source_node_id: the job or dataset that data comes from
-- column target_node_id: the job or dataset that it goes to
-- column is_masked: whether the source's values are hidden; null where not every statement says so, which is not false
-- column statement_count: runs, job events and dataset events that state it
-- column last_run_id: the latest run that does; null where only job and dataset events do
-- column first_stated_at: when it was stated first
-- column last_stated_at: when the latest statement of it began
create or replace view lineage.job_edge as
with said as (
    select
        statement.run_id,
        stated.first_ns,
        body.is_masking,
        statement.statement_id,
        body.source_type,
        body.target_type,
        if(
            body.source_type = 'JOB',
            coalesce(body.source_namespace, statement.job_namespace),
            body.source_namespace
        ) as source_namespace,
        if(
            body.source_type = 'JOB',
            coalesce(body.source_name, statement.job_name),
            body.source_name
        ) as source_name,
        coalesce(
            body.target_namespace,
            if(body.target_type = 'JOB', statement.job_namespace, stated.namespace)
        ) as target_namespace,
        coalesce(
            body.target_name, if(body.target_type = 'JOB', statement.job_name, stated.name)
        ) as target_name
    from silver.statement_lineage as stated
    inner join silver.lineage_facet as body on stated.facet_digest = body.facet_digest
    inner join silver.statement as statement on stated.statement_id = statement.statement_id
    where body.source_type is not null and 'JOB' in (body.source_type, body.target_type)
),

noded as (
    select
        said.*,
        if(
            said.source_type = 'JOB',
            silver.node_of('job', said.source_namespace, said.source_name),
            source.node_id
        ) as source_node_id,
        if(
            said.target_type = 'JOB',
            silver.node_of('job', said.target_namespace, said.target_name),
            target.node_id
        ) as target_node_id
    from said
    left join silver.identity as source
        on said.source_namespace = source.namespace and said.source_name = source.name
    left join silver.identity as target
        on said.target_namespace = target.namespace and said.target_name = target.name
)

select
    noded.source_node_id,
    noded.target_node_id,
    case
        when bool_or(not noded.is_masking) then false
        when bool_and(noded.is_masking is not null) then true
    end as is_masked,
    count(distinct noded.statement_id) as statement_count,
    max((noded.first_ns, noded.run_id)) filter (where noded.run_id is not null)[2] as last_run_id,
    silver.instant(min(noded.first_ns)) as first_stated_at,
    silver.instant(max(noded.first_ns)) as last_stated_at
from noded
where noded.source_node_id is not null and noded.target_node_id is not null
group by noded.source_node_id, noded.target_node_id;
