-- object: lineage.dropped
-- kind: history
-- grain: one row per (dataset, validity, known time): a time in which it did not exist
-- sources: silver.statement_change, silver.statement_node, silver.statement
-- clause: from the completion of the run that drops it until the next completion of a run that writes it
-- clause: a drop erases nothing: the dataset stays a node, and what it was made of stays behind what was made of it
-- clause: what is written again afterwards is another: what only flowed into the dropped one ends then, see lineage.edge
-- column dataset_node_id: the dataset
-- column run_id: the run that dropped it
-- column job_node_id: its job
-- column valid_from_at: when that run completed
-- column valid_to_at: when a run wrote it again; null while none has
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.dropped (
    dataset_node_id varchar,
    run_id varchar,
    job_node_id varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create table if not exists silver.dropped (
    node_id varchar,
    run_id varchar,
    job_node_id varchar,
    dropped_ns bigint,
    written_ns bigint
);

create or replace table step.dropped as
with dropping as (
    select
        change.node_id,
        change.changed_ns as moment_ns,
        min({'run_id': change.run_id, 'job_node_id': change.job_node_id}) as by
    from silver.statement_change as change
    where change.state_change = 'DROP'
    group by change.node_id, change.changed_ns
),

writing as (
    select distinct
        node.node_id,
        statement.completed_ns as moment_ns
    from silver.statement_node as node
    semi join dropping on node.node_id = dropping.node_id
    inner join silver.statement as statement on node.statement_id = statement.statement_id
    anti join silver.statement_change as change
        on
            node.statement_id = change.statement_id
            and node.node_id = change.node_id
            and change.state_change = 'DROP'
    where
        node.direction = 'output'
        and statement.kind = 'run'
        and statement.completed_ns is not null
),

-- Of a drop and a write at once the write counts.
moment as (
    select
        dropping.node_id,
        dropping.moment_ns,
        dropping.by,
        true as is_drop
    from dropping
    anti join writing
        on dropping.node_id = writing.node_id and dropping.moment_ns = writing.moment_ns
    union all
    select
        writing.node_id,
        writing.moment_ns,
        null as by,
        false as is_drop
    from writing
),

ordered as (
    select
        moment.*,
        lag(moment.is_drop, 1, false) over (
            partition by moment.node_id order by moment.moment_ns
        ) as is_gone,
        min(moment.moment_ns) filter (where not moment.is_drop) over (
            partition by moment.node_id
            order by moment.moment_ns
            rows between 1 following and unbounded following
        ) as written_ns
    from moment
)

select
    ordered.node_id,
    ordered.by.run_id,
    ordered.by.job_node_id,
    ordered.moment_ns as dropped_ns,
    ordered.written_ns
from ordered
where ordered.is_drop and not ordered.is_gone;

-- Who ever wrote into a dataset of which that is known otherwise now is folded again.
create or replace table step.changed_dropped as
with fresh as (
    select * from step.dropped
    except
    select * from silver.dropped
),

stale as (
    select * from silver.dropped
    except
    select * from step.dropped
)

select fresh.node_id
from fresh
union
select stale.node_id
from stale;

truncate silver.dropped;

insert into silver.dropped
select * from step.dropped;

-- noqa: disable=layout.indent
merge into lineage.dropped as told
using (
    select
        dropped.*,
        silver.instant(dropped.dropped_ns) as valid_from_at,
        silver.instant(dropped.written_ns) as valid_to_at
    from step.dropped as dropped
) as fact
    on
        told.known_to_at is null
        and told.dataset_node_id = fact.node_id
        and told.run_id = fact.run_id
        and told.job_node_id = fact.job_node_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        dataset_node_id, run_id, job_node_id, valid_from_at, valid_to_at,
        known_from_at, known_to_at
    ) values (
        fact.node_id, fact.run_id, fact.job_node_id, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from lineage.dropped
where known_from_at = known_to_at;
