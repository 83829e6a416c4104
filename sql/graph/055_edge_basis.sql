-- object: lineage.edge_basis
-- kind: history
-- grain: one row per (source, target, job, basis, validity, known time), only of edges that have been stated on more than one basis
-- sources: step.spells, step.united, step.touched_owner, step.writing, step.stated_edge
-- clause: valid from the first event that states the edge on this basis until that job's next COMPLETE that writes the target and does not
-- clause: of several that hold at a time the strongest counts: explicit, column, inferred, cartesian
-- column source_node_id: as in lineage.edge
-- column target_node_id: as in lineage.edge
-- column job_node_id: as in lineage.edge
-- column basis: how the edge was known in this time
-- column valid_from_at: the event that first states it so
-- column valid_to_at: the event from which it is no longer stated so; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.edge_basis (
    source_node_id varchar,
    target_node_id varchar,
    job_node_id varchar,
    basis varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.stated_basis as
with several as (
    select
        stated.owner_id,
        stated.item,
        stated.target_node_id
    from step.stated_edge as stated
    group by all
    having count(distinct stated.basis) > 1
)

select
    stated.* replace (
        {'source_node_id': stated.item, 'basis': stated.basis} as item
    )
from step.stated_edge as stated
semi join several
    on
        stated.owner_id = several.owner_id
        and stated.item = several.item
        and stated.target_node_id = several.target_node_id;

create or replace table step.basis_spell as
select
    {
        'source_node_id': spell.item.source_node_id,
        'target_node_id': spell.target_node_id,
        'job_node_id': if(starts_with(spell.owner_id, 'job:'), spell.owner_id, null),
        'basis': spell.item.basis
    } as subject,
    spell.from_ns,
    spell.to_ns
from step.spells('step.stated_basis', 'step.writing') as spell;

create or replace table step.edge_basis as
select
    unnest(united.subject),
    silver.instant(united.from_ns) as valid_from_at,
    silver.instant(nullif(united.to_ns, 9223372036854775807)) as valid_to_at
from step.united('step.basis_spell') as united;

-- noqa: disable=layout.indent
merge into lineage.edge_basis as told
using step.edge_basis as fact
    on
        told.known_to_at is null
        and told.source_node_id = fact.source_node_id
        and told.target_node_id = fact.target_node_id
        and told.job_node_id is not distinct from fact.job_node_id
        and told.basis = fact.basis
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
        source_node_id, target_node_id, job_node_id, basis,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.source_node_id, fact.target_node_id, fact.job_node_id, fact.basis,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from lineage.edge_basis
where known_from_at = known_to_at;
