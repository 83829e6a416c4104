-- object: silver.dataset_trait
-- kind: facts
-- grain: one row per (dataset name, trait): the latest value that an event states, for stages and kinds
-- sources: step.new_facet, silver.dataset_type_facet, silver.tag_facet, silver.deleted_body
-- column trait: dataset_type, stage_tag or feast
-- column latest: the value is null where the facet that held it was taken back
create table if not exists silver.dataset_trait (
    namespace varchar,
    name varchar,
    trait varchar,
    latest struct(event_ns bigint, value varchar),
    primary key (namespace, name, trait)
);

insert into silver.dataset_trait
with stated as (
    select
        facet.namespace,
        facet.name,
        'dataset_type' as trait,
        upper(dataset_type.dataset_type) as value,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.dataset_type_facet as dataset_type on facet.facet_digest = dataset_type.facet_digest
    where facet.key = 'datasetType'
    union all
    select
        facet.namespace,
        facet.name,
        'stage_tag' as trait,
        lower(tag.value) as value,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.tag_facet as tag on facet.facet_digest = tag.facet_digest
    where
        facet.key = 'tags'
        and tag.field is null
        and lower(tag.key) in ('lineage.stage', 'ml.stage')
        and lower(tag.value) in
        ('raw', 'cleaned', 'feature', 'training', 'model', 'deployment')
    union all
    select
        facet.namespace,
        facet.name,
        if(facet.key = 'tags', 'stage_tag', 'dataset_type') as trait,
        null as value,
        facet.event_ns
    from step.new_facet as facet
    inner join silver.deleted_body as deleted on facet.facet_digest = deleted.facet_digest
    where facet.key in ('tags', 'datasetType') and facet.holder = 'dataset'
    union all
    select
        facet.namespace,
        facet.name,
        'feast' as trait,
        facet.key as value,
        facet.event_ns
    from step.new_facet as facet
    where starts_with(facet.key, 'feast_') and facet.holder in ('dataset', 'input', 'output')
)

select
    stated.namespace,
    stated.name,
    stated.trait,
    max({'event_ns': stated.event_ns, 'value': stated.value})
from stated
where stated.name is not null
group by all
on conflict do update set latest = greatest(latest, excluded.latest);
