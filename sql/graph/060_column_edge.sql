-- object: lineage.column_edge
-- kind: history
-- grain: one row per (source field, target field, transformation, job, validity, known time)
-- sources: step.touched_job, silver.statement, silver.statement_node, silver.statement_column_lineage, silver.column_lineage_facet, silver.identity
-- clause: OpenLineage ColumnLineageDatasetFacet 1-2-0; validity as in lineage.edge
-- column source_node_id: the node that holds the source field
-- column source_field: the field that is read
-- column target_node_id: the node that holds the target field
-- column target_field: the field that is written; null where the whole dataset depends on the source
-- column transformation_type: DIRECT (the value is made of it) or INDIRECT (it only steers); null if not said
-- column transformation_subtype: such as IDENTITY, AGGREGATION, JOIN, FILTER
-- column is_masking: whether the source's values are hidden on this way; null if not said, which is not false
-- column basis: how it is known: explicit, column or inferred
-- column job_node_id: the job that moves it
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

create or replace table step.facet_spell as
with written as (
    select
        node.job_node_id,
        node.node_id as target_node_id,
        statement.completed_ns,
        stated.first_ns,
        stated.facet_digest
    from silver.statement_node as node
    semi join step.touched_job as touched on node.job_node_id = touched.job_node_id
    inner join silver.statement as statement on node.statement_id = statement.statement_id
    left join silver.statement_column_lineage as stated
        on
            node.statement_id = stated.statement_id
            and stated.is_standing
            and exists (
                select 1
                from silver.identity as identity
                where
                    identity.namespace = stated.namespace
                    and identity.name = stated.name
                    and identity.node_id in (node.node_id, node.model_node_id)
            )
    where node.direction = 'output'
),

moment as (
    select
        written.job_node_id,
        written.target_node_id,
        unnest([written.first_ns, coalesce(written.completed_ns, written.first_ns)]) as moment_ns,
        written.facet_digest
    from written
    where written.facet_digest is not null
    union
    select
        written.job_node_id,
        written.target_node_id,
        written.completed_ns,
        null as facet_digest
    from written
    where written.facet_digest is null and written.completed_ns is not null
),

ordered as (
    select
        moment.*,
        row_number() over (
            partition by moment.job_node_id, moment.target_node_id
            order by moment.moment_ns, moment.facet_digest nulls first
        ) as place,
        lag(moment.facet_digest) over (
            partition by moment.job_node_id, moment.target_node_id
            order by moment.moment_ns, moment.facet_digest nulls first
        ) as before
    from moment
),

change as (
    select ordered.*
    from ordered
    where ordered.place = 1 or ordered.facet_digest is distinct from ordered.before
)

select
    change.job_node_id,
    change.target_node_id,
    change.facet_digest,
    change.moment_ns as from_ns,
    lead(change.moment_ns) over (
        partition by change.job_node_id, change.target_node_id
        order by change.place
    ) as to_ns
from change;

create or replace table step.column_edge as
with read as (
    select distinct
        node.job_node_id,
        node.model_node_id,
        node.node_id
    from silver.statement_node as node
    semi join step.touched_job as touched on node.job_node_id = touched.job_node_id
    where node.direction = 'input' and node.model_node_id is not null
),

field_spell as (
    select distinct
        coalesce(read.node_id, identity.node_id) as source_node_id,
        facet.input_field as source_field,
        spell.target_node_id,
        facet.output_field as target_field,
        facet.transformation_type,
        facet.transformation_subtype,
        facet.is_masking,
        spell.job_node_id,
        spell.from_ns,
        spell.to_ns
    from step.facet_spell as spell
    inner join silver.column_lineage_facet as facet on spell.facet_digest = facet.facet_digest
    inner join silver.identity as identity
        on facet.input_namespace = identity.namespace and facet.input_name = identity.name
    left join read
        on
            spell.job_node_id = read.job_node_id
            and identity.node_id = read.model_node_id
),

started as (
    select
        field_spell.*,
        from_ns > max(coalesce(to_ns, 9223372036854775807)) over (
            partition by
                source_node_id, source_field, target_node_id, target_field,
                transformation_type, transformation_subtype, is_masking, job_node_id
            order by from_ns
            rows between unbounded preceding and 1 preceding
        ) as is_apart
    from field_spell
),

island as (
    select
        started.*,
        count(*) filter (where coalesce(is_apart, false)) over (
            partition by
                source_node_id, source_field, target_node_id, target_field,
                transformation_type, transformation_subtype, is_masking, job_node_id
            order by from_ns
            rows between unbounded preceding and current row
        ) as number
    from started
)

select
    island.source_node_id,
    island.source_field,
    island.target_node_id,
    island.target_field,
    island.transformation_type,
    island.transformation_subtype,
    island.is_masking,
    'column' as basis,
    island.job_node_id,
    silver.instant(min(island.from_ns)) as valid_from_at,
    silver.instant(nullif(max(coalesce(island.to_ns, 9223372036854775807)), 9223372036854775807))
        as valid_to_at
from island
group by
    island.source_node_id, island.source_field, island.target_node_id, island.target_field,
    island.transformation_type, island.transformation_subtype, island.is_masking,
    island.job_node_id, island.number;

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
        and told.job_node_id = fact.job_node_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source
    and told.known_to_at is null
    and told.job_node_id in (select touched.job_node_id from step.touched_job as touched)
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
