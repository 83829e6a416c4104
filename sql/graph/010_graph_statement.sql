-- object: step.graph_statement
-- kind: scope
-- grain: one row per statement whose edges may have changed: it has new events, names mean another node, or its SQL says something else
-- sources: step.touched_statement, step.changed_name, silver.statement_dataset, silver.statement_column_lineage, silver.column_lineage_facet, silver.statement_lineage, silver.lineage_facet, silver.statement_rename, step.changed_inference
create or replace table step.graph_statement as
select touched.statement_id
from step.touched_statement as touched
union
select changed.statement_id
from step.changed_inference as changed
union
select dataset.statement_id
from silver.statement_dataset as dataset
inner join step.changed_name as changed
    on dataset.namespace = changed.namespace and dataset.name = changed.name
union
select stated.statement_id
from silver.statement_column_lineage as stated
inner join silver.column_lineage_facet as facet on stated.facet_digest = facet.facet_digest
inner join step.changed_name as changed
    on facet.input_namespace = changed.namespace and facet.input_name = changed.name
union
select stated.statement_id
from silver.statement_lineage as stated
inner join silver.lineage_facet as facet on stated.facet_digest = facet.facet_digest
inner join step.changed_name as changed
    on facet.source_namespace = changed.namespace and facet.source_name = changed.name
union
select stated.statement_id
from silver.statement_lineage as stated
inner join silver.lineage_facet as facet on stated.facet_digest = facet.facet_digest
inner join step.changed_name as changed
    on facet.target_namespace = changed.namespace and facet.target_name = changed.name
union
select renamed.statement_id
from silver.statement_rename as renamed
inner join step.changed_name as changed
    on renamed.previous_namespace = changed.namespace and renamed.previous_name = changed.name;
