-- object: lineage.ownership
-- kind: history
-- grain: one row per (node, owner, type of ownership, validity, known time)
-- sources: step.united, step.new_ownership_statement, step.changed_name, silver.ownership_statement, silver.owner_facet, silver.identity
-- clause: OpenLineage OwnershipJobFacet and OwnershipDatasetFacet 1-0-1: the later facet replaces the earlier one whole
-- clause: one that names no owners, or takes the facet back, ends what was stated before
-- column node_id: the job, dataset or model
-- column owner: who answers for it, as the producer writes it
-- column ownership_type: such as MAINTAINER; null if not said
-- column valid_from_at: the event that first states it
-- column valid_to_at: the event from which it no longer holds; null while it does
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.ownership (
    node_id varchar,
    owner varchar,
    ownership_type varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.touched_ownership as
select silver.node_of('job', stated.namespace, stated.name) as node_id
from step.new_ownership_statement as stated
where stated.holder = 'job'
union
select identity.node_id
from step.new_ownership_statement as stated
inner join silver.identity as identity
    on stated.namespace = identity.namespace and stated.name = identity.name
where stated.holder = 'dataset'
union
select identity.node_id
from step.changed_name as changed
inner join silver.identity as identity
    on changed.namespace = identity.namespace and changed.name = identity.name
union
select changed.old_node_id as node_id
from step.changed_name as changed;

create or replace table step.ownership_spell as
with noded as (
    select
        silver.node_of('job', statement.namespace, statement.name) as node_id,
        statement.event_ns,
        statement.facet_digest
    from silver.ownership_statement as statement
    where statement.holder = 'job'
    union all
    select
        identity.node_id,
        statement.event_ns,
        statement.facet_digest
    from silver.ownership_statement as statement
    inner join silver.identity as identity
        on statement.namespace = identity.namespace and statement.name = identity.name
    where statement.holder = 'dataset'
),

stated as (
    select
        noded.node_id,
        noded.event_ns,
        max(noded.facet_digest) as facet_digest
    from noded
    semi join step.touched_ownership as touched on noded.node_id = touched.node_id
    group by noded.node_id, noded.event_ns
),

spell as (
    select
        stated.*,
        lead(stated.event_ns) over (
            partition by stated.node_id order by stated.event_ns
        ) as to_ns
    from stated
)

select
    {
        'node_id': spell.node_id, 'owner': facet.owner, 'ownership_type': facet.ownership_type
    } as subject,
    spell.event_ns as from_ns,
    coalesce(spell.to_ns, 9223372036854775807) as to_ns
from spell
inner join silver.owner_facet as facet on spell.facet_digest = facet.facet_digest;

create or replace table step.ownership as
select
    unnest(united.subject),
    silver.instant(united.from_ns) as valid_from_at,
    silver.instant(nullif(united.to_ns, 9223372036854775807)) as valid_to_at
from step.united('step.ownership_spell') as united;

-- noqa: disable=layout.indent
merge into lineage.ownership as told
using step.ownership as fact
    on
        told.known_to_at is null
        and told.node_id = fact.node_id
        and told.owner = fact.owner
        and told.ownership_type is not distinct from fact.ownership_type
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source
    and told.known_to_at is null
    and told.node_id in (select touched.node_id from step.touched_ownership as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        node_id, owner, ownership_type, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.node_id, fact.owner, fact.ownership_type, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from lineage.ownership
where known_from_at = known_to_at;
