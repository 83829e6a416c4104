-- object: silver.dataset_name
-- kind: facts
-- grain: one row per dataset name that any event has mentioned, with the span of its mentions
-- sources: step.new_dataset, step.new_facet, step.new_symlink, silver.column_lineage_facet, silver.lineage_facet, silver.lifecycle_change_facet
create table if not exists silver.dataset_name (
    namespace varchar,
    name varchar,
    first_ns bigint,
    last_ns bigint,
    primary key (namespace, name)
);

create or replace table step.new_name as
with mention as (
    select
        dataset.namespace,
        dataset.name,
        dataset.event_ns
    from step.new_dataset as dataset
    union all
    select
        symlink.other_namespace,
        symlink.other_name,
        symlink.first_ns
    from step.new_symlink as symlink
    union all
    select
        stated.input_namespace,
        stated.input_name,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.column_lineage_facet as stated on facet.facet_digest = stated.facet_digest
    where facet.key = 'columnLineage'
    union all
    select
        stated.source_namespace,
        stated.source_name,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.lineage_facet as stated on facet.facet_digest = stated.facet_digest
    where facet.key = 'lineage' and stated.source_type = 'DATASET'
    union all
    select
        stated.target_namespace,
        stated.target_name,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.lineage_facet as stated on facet.facet_digest = stated.facet_digest
    where
        facet.key = 'lineage'
        and stated.target_type = 'DATASET'
        and stated.target_name is not null
    union all
    select
        change.previous_namespace,
        change.previous_name,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.lifecycle_change_facet as change on facet.facet_digest = change.facet_digest
    where facet.key = 'lifecycleStateChange' and change.previous_name is not null
)

select
    mention.namespace,
    mention.name,
    min(mention.event_ns) as first_ns,
    max(mention.event_ns) as last_ns
from mention
group by all;

insert into silver.dataset_name
select * from step.new_name
on conflict do update set
    first_ns = least(first_ns, excluded.first_ns),
    last_ns = greatest(last_ns, excluded.last_ns);
