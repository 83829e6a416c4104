-- object: silver.statement_column_lineage
-- kind: facts
-- grain: one row per (statement, output name): the column lineage that stands for it
-- sources: step.statement_facet
create table if not exists silver.statement_column_lineage (
    statement_id varchar,
    namespace varchar,
    name varchar,
    first_ns bigint,
    facet_digest blob
);

delete from silver.statement_column_lineage
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_column_lineage
select
    facet.statement_id,
    facet.namespace,
    facet.name,
    facet.first_ns,
    facet.facet_digest
from step.statement_facet as facet
where facet.key = 'columnLineage' and facet.name is not null;
