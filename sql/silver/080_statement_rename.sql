-- object: silver.statement_rename
-- kind: facts
-- grain: one row per (completed statement, new name): a dataset that it renamed
-- sources: step.statement_facet, silver.statement, silver.lifecycle_change_facet, step.touched_statement
-- clause: START carries the facet too; a rename happens when the run completes
create table if not exists silver.statement_rename (
    statement_id varchar,
    namespace varchar,
    name varchar,
    previous_namespace varchar,
    previous_name varchar,
    renamed_ns bigint
);

delete from silver.statement_rename
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_rename
select
    facet.statement_id,
    facet.namespace,
    facet.name,
    change.previous_namespace,
    change.previous_name,
    statement.completed_ns
from step.statement_facet as facet
inner join silver.statement as statement on facet.statement_id = statement.statement_id
inner join silver.lifecycle_change_facet as change on facet.facet_digest = change.facet_digest
where
    facet.key = 'lifecycleStateChange'
    and change.state_change = 'RENAME'
    and change.previous_name is not null
    and statement.completed_ns is not null;
