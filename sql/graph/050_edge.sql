-- object: lineage.edge
-- kind: history
-- grain: one row per (source, target, job, validity, known time): a flow between two nodes
-- sources: step.graph_statement, silver.statement, silver.statement_node, silver.statement_edge
-- clause: valid from the first event that states it until that job's next COMPLETE that writes the target without that source
-- clause: what a job event states holds until the job's next job event, too; it never ends what runs state
-- column source_node_id: where the data comes from
-- column target_node_id: where it goes to
-- column job_node_id: the job that moves it
-- column basis: how it is known: explicit, column, inferred, cartesian, registry, deployment
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

create or replace table step.touched_job as
select distinct silver.node_of('job', statement.job_namespace, statement.job_name) as job_node_id
from silver.statement as statement
semi join step.graph_statement as touched on statement.statement_id = touched.statement_id;

create or replace table step.edge as
with stated as (
    select
        edge.*,
        statement.kind as origin,
        statement.completed_ns
    from silver.statement_edge as edge
    semi join step.touched_job as touched on edge.job_node_id = touched.job_node_id
    inner join silver.statement as statement on edge.statement_id = statement.statement_id
),

written as (
    select
        node.statement_id,
        node.job_node_id,
        node.node_id,
        statement.completed_ns
    from silver.statement_node as node
    semi join step.touched_job as touched on node.job_node_id = touched.job_node_id
    inner join silver.statement as statement on node.statement_id = statement.statement_id
    where
        node.direction = 'output'
        and statement.kind = 'run'
        and statement.completed_ns is not null
),

declared as (
    select
        touched.job_node_id,
        statement.statement_id,
        statement.completed_ns
    from silver.statement as statement
    inner join step.touched_job as touched
        on silver.node_of('job', statement.job_namespace, statement.job_name) = touched.job_node_id
    where statement.kind = 'job'
),

pair as (
    select distinct
        stated.job_node_id,
        stated.source_node_id,
        stated.target_node_id,
        stated.origin
    from stated
    where stated.basis != 'registry'
),

ending as (
    select
        pair.*,
        written.statement_id,
        written.completed_ns
    from pair
    inner join written
        on pair.job_node_id = written.job_node_id and pair.target_node_id = written.node_id
    union all
    select
        pair.*,
        declared.statement_id,
        declared.completed_ns
    from pair
    inner join declared on pair.job_node_id = declared.job_node_id
    where pair.origin = 'job'
),

moment as (
    select
        stated.job_node_id,
        stated.source_node_id,
        stated.target_node_id,
        stated.origin,
        unnest([stated.stated_ns, greatest(stated.stated_ns, stated.completed_ns)]) as moment_ns,
        true as is_stated,
        stated.statement_id,
        stated.run_id,
        stated.basis,
        stated.basis_rank
    from stated
    union all
    select
        ending.job_node_id,
        ending.source_node_id,
        ending.target_node_id,
        ending.origin,
        ending.completed_ns as moment_ns,
        false as is_stated,
        null as statement_id,
        null as run_id,
        null as basis,
        null as basis_rank
    from ending
    anti join stated
        on
            ending.statement_id = stated.statement_id
            and ending.source_node_id = stated.source_node_id
            and ending.target_node_id = stated.target_node_id
),

numbered as (
    select
        moment.*,
        count(*) filter (where not moment.is_stated) over (
            partition by
                moment.job_node_id, moment.source_node_id, moment.target_node_id, moment.origin
            order by moment.moment_ns, moment.is_stated
            rows between unbounded preceding and current row
        ) as endings
    from moment
),

spell as (
    select
        numbered.source_node_id,
        numbered.target_node_id,
        numbered.job_node_id,
        numbered.origin,
        numbered.endings,
        min(numbered.moment_ns) filter (where numbered.is_stated) as from_ns,
        min(numbered.moment_ns) filter (where not numbered.is_stated) as ended_ns,
        arg_min(numbered.basis, numbered.basis_rank) as basis,
        min(numbered.basis_rank) as basis_rank
    from numbered
    group by all
),

bounded as (
    select
        spell.*,
        coalesce(
            lead(spell.ended_ns) over (
                partition by
                    spell.job_node_id, spell.source_node_id, spell.target_node_id, spell.origin
                order by spell.endings
            ),
            9223372036854775807
        ) as to_ns
    from spell
),

apart as (
    select
        bounded.*,
        bounded.from_ns > max(bounded.to_ns) over (
            partition by bounded.job_node_id, bounded.source_node_id, bounded.target_node_id
            order by bounded.from_ns, bounded.to_ns
            rows between unbounded preceding and 1 preceding
        ) as is_apart
    from bounded
    where bounded.from_ns is not null
),

island as (
    select
        apart.*,
        count(*) filter (where coalesce(apart.is_apart, false)) over (
            partition by apart.job_node_id, apart.source_node_id, apart.target_node_id
            order by apart.from_ns, apart.to_ns
            rows between unbounded preceding and current row
        ) as number
    from apart
),

held as (
    select
        island.source_node_id,
        island.target_node_id,
        island.job_node_id,
        arg_min(island.basis, island.basis_rank) as basis,
        min(island.from_ns) as from_ns,
        max(island.to_ns) as to_ns
    from island
    group by island.source_node_id, island.target_node_id, island.job_node_id, island.number
)

select
    held.source_node_id,
    held.target_node_id,
    held.job_node_id,
    held.basis,
    count(distinct moment.run_id) as run_count,
    max((moment.moment_ns, moment.run_id)) filter (where moment.run_id is not null)[2]
        as last_run_id,
    silver.instant(held.from_ns) as valid_from_at,
    silver.instant(nullif(held.to_ns, 9223372036854775807)) as valid_to_at
from held
left join moment
    on
        held.job_node_id = moment.job_node_id
        and held.source_node_id = moment.source_node_id
        and held.target_node_id = moment.target_node_id
        and moment.is_stated
        and held.from_ns <= moment.moment_ns
        and held.to_ns > moment.moment_ns
group by
    held.source_node_id, held.target_node_id, held.job_node_id, held.basis, held.from_ns, held.to_ns;

-- noqa: disable=layout.indent
merge into lineage.edge as told
using step.edge as fact
    on
        told.known_to_at is null
        and told.source_node_id = fact.source_node_id
        and told.target_node_id = fact.target_node_id
        and told.job_node_id = fact.job_node_id
        and told.basis = fact.basis
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when matched
    then update set run_count = fact.run_count, last_run_id = fact.last_run_id
when not matched by source
    and told.known_to_at is null
    and told.job_node_id in (select touched.job_node_id from step.touched_job as touched)
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
