-- object: silver.statement_dataset
-- kind: facts
-- grain: one row per (statement, direction, dataset name): what all events of it name together
-- sources: step.statement_event, silver.set_aside_facet, bronze.event_facet, bronze.event_dataset, silver.dataset_version_facet, silver.statistics_facet, step.touched_statement
-- clause: inputs and outputs of a run's events are united; of repeated statistics the largest counts
-- clause: the version of an input is the one that was read, that of an output the one that was written
-- column named_ns: when its events name what it writes, each time once; null of what it reads
create table if not exists silver.statement_dataset (
    statement_id varchar,
    direction varchar,
    namespace varchar,
    name varchar,
    first_ns bigint,
    named_ns bigint [],
    dataset_version varchar,
    row_count bigint,
    total_bytes bigint,
    file_count bigint
);

delete from silver.statement_dataset
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_dataset
with united as (
    select
        event.statement_id,
        -- A dataset event that states what its dataset is made of speaks of what is written.
        if(dataset.direction = 'input', 'input', 'output') as direction,
        dataset.namespace,
        dataset.name,
        min(event.event_ns) as first_ns,
        list(distinct event.event_ns) filter (where dataset.direction != 'input') as named_ns
    from step.statement_event as event
    inner join bronze.event_dataset as dataset on event.event_id = dataset.event_id
    group by all
),

standing as (
    select
        event.statement_id,
        if(facet.direction = 'input', 'input', 'output') as direction,
        facet.namespace,
        facet.name,
        max({'event_ns': event.event_ns, 'digest': facet.facet_digest}).digest as facet_digest
    from step.statement_event as event
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    anti join silver.set_aside_facet as unread
        on
            facet.facet_digest = unread.facet_digest
            and facet.key = unread.key
            and facet.holder = unread.holder
    where facet.key = 'version' and facet.direction is not null
    group by all
),

version as (
    select
        standing.statement_id,
        standing.direction,
        standing.namespace,
        standing.name,
        stated.dataset_version
    from standing
    inner join silver.dataset_version_facet as stated
        on standing.facet_digest = stated.facet_digest
),

statistic as (
    select
        event.statement_id,
        facet.direction,
        facet.namespace,
        facet.name,
        max(counted.row_count) as row_count,
        max(counted.total_bytes) as total_bytes,
        max(counted.file_count) as file_count
    from step.statement_event as event
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    inner join silver.statistics_facet as counted on facet.facet_digest = counted.facet_digest
    where facet.key in ('outputStatistics', 'inputStatistics') and facet.direction is not null
    group by all
)

select
    united.statement_id,
    united.direction,
    united.namespace,
    united.name,
    united.first_ns,
    list_sort(united.named_ns) as named_ns,
    version.dataset_version,
    statistic.row_count,
    statistic.total_bytes,
    statistic.file_count
from united
left join version
    on
        united.statement_id = version.statement_id
        and united.direction = version.direction
        and united.namespace = version.namespace
        and united.name = version.name
left join statistic
    on
        united.statement_id = statistic.statement_id
        and united.direction = statistic.direction
        and united.namespace = statistic.namespace
        and united.name = statistic.name;
