-- object: lineage.edge
-- kind: history
-- grain: one row per (source, target, job, validity, known time): a flow between two nodes
-- sources: step.spells, step.united, step.restated, step.named_output, step.touched_owner, step.writing, silver.statement, silver.statement_edge
-- clause: valid from the first event that states it until that job's next COMPLETE that writes the target without that source
-- clause: whichever event of a run names an output states again all that the run says of it, also after another run has ended it
-- clause: what a job event states holds until the job's next job event, too; it never ends what runs state
-- clause: what dataset events state of a dataset holds until its next one that states lineage without it
-- clause: once a dropped dataset is written again, what flowed into it before ends unless it is stated again; see lineage.dropped
-- clause: inferred: SQL of the run says so, for an output of which neither explicit nor column lineage is stated
-- clause: registry: a version belongs to its model; or a registry says that it was trained on a dataset, by no job and no run, where no event does
-- clause: cartesian: nothing says which inputs flow, or SQL reads a table that is none of the run's datasets
-- column source_node_id: where the data comes from
-- column target_node_id: where it goes to
-- column job_node_id: the job that moves it; null where a dataset event states it without one
-- column basis: how it is known: explicit, column, inferred, cartesian, registry, deployment; the strongest in this validity, see lineage.edge_basis for when
-- column run_count: runs that have stated it in this validity, as known today
-- column last_run_id: the latest of them
-- column valid_from_at: the event that first states it
-- column valid_to_at: the event from which it no longer holds; null while it does
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.edge (
    source_node_id varchar,
    target_node_id varchar,
    job_node_id varchar,
    basis varchar,
    run_count bigint,
    last_run_id varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.first_stated_edge as
select
    edge.statement_id,
    edge.run_id,
    edge.owner_id,
    edge.target_node_id,
    edge.source_node_id as item,
    edge.basis,
    edge.basis_rank,
    if(edge.basis = 'registry', 'registry', statement.kind) as origin,
    edge.stated_ns,
    statement.completed_ns
from silver.statement_edge as edge
semi join step.touched_owner as touched on edge.owner_id = touched.owner_id
inner join silver.statement as statement on edge.statement_id = statement.statement_id;

create or replace table step.stated_edge as
select * from step.restated('step.first_stated_edge', 'step.named_output');

create or replace table step.edge_spell as
select
    {
        'owner_id': spell.owner_id,
        'item': spell.item,
        'target_node_id': spell.target_node_id
    } as subject,
    spell.from_ns,
    spell.to_ns
from step.spells('step.stated_edge', 'step.writing') as spell;

create or replace table step.edge as
with held as (
    select
        united.subject.owner_id,
        united.subject.item,
        united.subject.target_node_id,
        united.from_ns,
        united.to_ns
    from step.united('step.edge_spell') as united
),

moment as (
    select
        stated_edge.owner_id,
        stated_edge.item,
        stated_edge.target_node_id,
        stated_edge.run_id,
        stated_edge.basis,
        stated_edge.basis_rank,
        unnest([
            stated_edge.stated_ns, greatest(stated_edge.stated_ns, stated_edge.completed_ns)
        ]) as moment_ns
    from step.stated_edge as stated_edge
)

select
    held.item as source_node_id,
    held.target_node_id,
    if(starts_with(held.owner_id, 'job:'), held.owner_id, null) as job_node_id,
    arg_min(moment.basis, moment.basis_rank) as basis,
    count(distinct moment.run_id) as run_count,
    max((moment.moment_ns, moment.run_id)) filter (where moment.run_id is not null)[2]
        as last_run_id,
    silver.instant(held.from_ns) as valid_from_at,
    silver.instant(nullif(held.to_ns, 9223372036854775807)) as valid_to_at
from held
inner join moment
    on
        held.owner_id = moment.owner_id
        and held.item = moment.item
        and held.target_node_id = moment.target_node_id
        and held.from_ns <= moment.moment_ns
        and held.to_ns > moment.moment_ns
group by held.owner_id, held.item, held.target_node_id, held.from_ns, held.to_ns;

-- noqa: disable=layout.indent
merge into lineage.edge as told
using step.edge as fact
    on
        told.known_to_at is null
        and told.source_node_id = fact.source_node_id
        and told.target_node_id = fact.target_node_id
        and told.job_node_id is not distinct from fact.job_node_id
        and told.basis = fact.basis
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when matched
    then update set run_count = fact.run_count, last_run_id = fact.last_run_id
when not matched by source
    and told.known_to_at is null
    and coalesce(told.job_node_id, told.target_node_id) in (
        select touched.owner_id from step.touched_owner as touched
    )
    -- What a registry says its own stage opens and closes.
    and not (told.basis = 'registry' and starts_with(told.target_node_id, 'modelVersion:'))
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        source_node_id, target_node_id, job_node_id, basis, run_count, last_run_id,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.source_node_id, fact.target_node_id, fact.job_node_id, fact.basis, fact.run_count,
        fact.last_run_id, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from lineage.edge
where known_from_at = known_to_at;
