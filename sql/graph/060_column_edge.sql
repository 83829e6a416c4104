-- object: lineage.column_edge
-- kind: history
-- grain: one row per (source field, target field, transformation, job, validity, known time)
-- sources: step.spells, step.united, step.restated, step.named_output, step.touched_owner, step.writing, silver.statement, silver.statement_column, silver.column_item, silver.statement_node, silver.column_lineage_facet, silver.lineage_facet, silver.inferred_column, silver.identity
-- clause: OpenLineage ColumnLineageDatasetFacet 1-2-0, LineageFacet 1-0-0; validity as in lineage.edge
-- clause: inferred from SQL only for targets of which neither is stated; it never says that a value is masked
-- column source_node_id: the node that holds the source field
-- column source_field: the field that is read
-- column target_node_id: the node that holds the target field
-- column target_field: the field that is written; null where the whole dataset depends on the source
-- column transformation_type: DIRECT (the value is made of it) or INDIRECT (it only steers); null if not said
-- column transformation_subtype: such as IDENTITY, AGGREGATION, JOIN, FILTER
-- column is_masking: whether the source's values are hidden on this way; null if not said, which is not false
-- column basis: how it is known: explicit, column or inferred
-- column job_node_id: the job that moves it; null where a dataset event states it without one
-- column valid_from_at: the event that first states it
-- column valid_to_at: the event from which it no longer holds; null while it does
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.column_edge (
    source_node_id varchar,
    source_field varchar,
    target_node_id varchar,
    target_field varchar,
    transformation_type varchar,
    transformation_subtype varchar,
    is_masking boolean,
    basis varchar,
    job_node_id varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.first_stated_column as
select
    stated.statement_id,
    stated.owner_id,
    stated.target_node_id,
    stated.item,
    statement.kind as origin,
    stated.stated_ns,
    statement.completed_ns
from silver.statement_column as stated
semi join step.touched_owner as touched on stated.owner_id = touched.owner_id
inner join silver.statement as statement on stated.statement_id = statement.statement_id;

create or replace table step.stated_column as
select * from step.restated('step.first_stated_column', 'step.named_output');

create or replace table step.column_spell as
with spell as (
    select
        stated.owner_id,
        stated.target_node_id,
        stated.from_ns,
        stated.to_ns,
        item.*
    from step.spells('step.stated_column', 'step.writing') as stated
    inner join silver.column_item as item on stated.item = item.item
),

said as (
    select
        spell.*,
        facet.input_namespace as source_namespace,
        facet.input_name as source_name,
        facet.input_field as source_field,
        facet.output_field as target_field,
        facet.transformation_type,
        facet.transformation_subtype,
        facet.is_masking
    from spell
    inner join silver.column_lineage_facet as facet on spell.facet_digest = facet.facet_digest
    where spell.basis = 'column'
    union all by name
    select
        spell.*,
        facet.source_namespace,
        facet.source_name,
        facet.source_field,
        facet.target_field,
        facet.transformation_type,
        facet.transformation_subtype,
        facet.is_masking
    from spell
    inner join silver.lineage_facet as facet
        on
            spell.facet_digest = facet.facet_digest
            and spell.target_namespace = coalesce(facet.target_namespace, spell.target_namespace)
            and spell.target_name = coalesce(facet.target_name, spell.target_name)
    where spell.basis = 'explicit' and facet.source_field is not null
    union all by name
    select
        spell.*,
        inferred.input_namespace as source_namespace,
        inferred.input_name as source_name,
        inferred.input_field as source_field,
        inferred.output_field as target_field,
        inferred.transformation_type,
        inferred.transformation_subtype
    from spell
    inner join silver.inferred_column as inferred
        on
            spell.facet_digest = inferred.inference_key
            and spell.target_namespace = inferred.output_namespace
            and spell.target_name = inferred.output_name
    where spell.basis = 'inferred'
),

read as (
    select distinct
        coalesce(node.job_node_id, node.node_id) as owner_id,
        node.model_node_id,
        node.node_id
    from silver.statement_node as node
    semi join step.touched_owner as touched
        on coalesce(node.job_node_id, node.node_id) = touched.owner_id
    where node.direction = 'input' and node.model_node_id is not null
)

select distinct
    {
        'source_node_id': coalesce(read.node_id, identity.node_id),
        'source_field': said.source_field,
        'target_node_id': said.target_node_id,
        'target_field': said.target_field,
        'transformation_type': said.transformation_type,
        'transformation_subtype': said.transformation_subtype,
        'is_masking': said.is_masking,
        'basis': said.basis,
        'job_node_id': if(starts_with(said.owner_id, 'job:'), said.owner_id, null)
    } as subject,
    said.from_ns,
    said.to_ns
from said
inner join silver.identity as identity
    on said.source_namespace = identity.namespace and said.source_name = identity.name
left join read
    on
        said.owner_id = read.owner_id
        and identity.node_id = read.model_node_id;

create or replace table step.column_edge as
select
    unnest(united.subject),
    silver.instant(united.from_ns) as valid_from_at,
    silver.instant(nullif(united.to_ns, 9223372036854775807)) as valid_to_at
from step.united('step.column_spell') as united;

-- noqa: disable=layout.indent
merge into lineage.column_edge as told
using step.column_edge as fact
    on
        told.known_to_at is null
        and told.source_node_id = fact.source_node_id
        and told.source_field = fact.source_field
        and told.target_node_id = fact.target_node_id
        and told.target_field is not distinct from fact.target_field
        and told.transformation_type is not distinct from fact.transformation_type
        and told.transformation_subtype is not distinct from fact.transformation_subtype
        and told.is_masking is not distinct from fact.is_masking
        and told.basis = fact.basis
        and told.job_node_id is not distinct from fact.job_node_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source
    and told.known_to_at is null
    and coalesce(told.job_node_id, told.target_node_id) in (
        select touched.owner_id from step.touched_owner as touched
    )
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        source_node_id, source_field, target_node_id, target_field, transformation_type,
        transformation_subtype, is_masking, basis, job_node_id,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.source_node_id, fact.source_field, fact.target_node_id, fact.target_field,
        fact.transformation_type, fact.transformation_subtype, fact.is_masking, fact.basis,
        fact.job_node_id, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from lineage.column_edge
where known_from_at = known_to_at;
