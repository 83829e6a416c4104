-- object: silver.statement_lifecycle
-- kind: facts
-- grain: one row per (completed run of a job, dataset name): what it did to the dataset as a whole
-- sources: step.statement_facet, silver.statement, silver.lifecycle_change_facet, step.touched_statement
-- clause: OpenLineage LifecycleStateChangeDatasetFacet 1-0-1; START carries the facet too: it is done when the run completes
create table if not exists silver.statement_lifecycle (
    statement_id varchar,
    namespace varchar,
    name varchar,
    state_change varchar,
    previous_namespace varchar,
    previous_name varchar,
    changed_ns bigint
);

delete from silver.statement_lifecycle
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_lifecycle
select
    facet.statement_id,
    facet.namespace,
    facet.name,
    change.state_change,
    change.previous_namespace,
    change.previous_name,
    statement.completed_ns as changed_ns
from step.statement_facet as facet
inner join silver.statement as statement on facet.statement_id = statement.statement_id
inner join silver.lifecycle_change_facet as change on facet.facet_digest = change.facet_digest
where
    facet.key = 'lifecycleStateChange'
    and facet.name is not null
    and statement.kind = 'run'
    and statement.completed_ns is not null;
