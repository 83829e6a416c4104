-- object: silver.identity
-- kind: facts
-- grain: one row per dataset name: the node that it stands for
-- sources: silver.dataset_name, silver.alias_group, silver.dataset_trait
-- column model_name: the model's name without its folder, null for what is no model
create table if not exists silver.identity (
    namespace varchar,
    name varchar,
    kind varchar,
    node_namespace varchar,
    node_name varchar,
    node_id varchar
);

create or replace table step.identity as
with canonical as (
    select
        dataset_name.namespace,
        dataset_name.name,
        coalesce(alias_group.canonical_namespace, dataset_name.namespace) as node_namespace,
        coalesce(alias_group.canonical_name, dataset_name.name) as node_name
    from silver.dataset_name as dataset_name
    left join silver.alias_group as alias_group
        on
            dataset_name.namespace = alias_group.namespace
            and dataset_name.name = alias_group.name
            and alias_group.group_size <= getvariable('max_alias_group')
),

model as (
    select distinct
        canonical.node_namespace,
        canonical.node_name
    from canonical
    left join silver.dataset_trait as trait
        on
            canonical.namespace = trait.namespace
            and canonical.name = trait.name
            and trait.trait = 'dataset_type'
    where
        trait.latest.value = 'MODEL'
        or (starts_with(canonical.namespace, 'mlflow://') and starts_with(canonical.name, 'models/'))
),

kinded as (
    select
        canonical.*,
        case
            when model.node_name is not null then 'model'
            when regexp_matches(canonical.node_namespace, '^(sagemaker-)?endpoint://')
                then 'deployment'
            else 'dataset'
        end as kind,
        case
            when model.node_name is not null
                then regexp_replace(canonical.node_name, '^models/', '')
            else canonical.node_name
        end as short_name
    from canonical
    left join model
        on
            canonical.node_namespace = model.node_namespace
            and canonical.node_name = model.node_name
)

select
    kinded.namespace,
    kinded.name,
    kinded.kind,
    kinded.node_namespace,
    kinded.short_name as node_name,
    silver.node_of(kinded.kind, kinded.node_namespace, kinded.short_name) as node_id
from kinded;

create or replace table step.changed_name as
select
    fresh.namespace,
    fresh.name,
    known.node_id as old_node_id
from step.identity as fresh
inner join silver.identity as known
    on fresh.namespace = known.namespace and fresh.name = known.name
where fresh.node_id != known.node_id;

create or replace table step.new_identity as
select fresh.*
from step.identity as fresh
anti join silver.identity as known
    on
        fresh.namespace = known.namespace
        and fresh.name = known.name
        and fresh.node_id = known.node_id;

delete from silver.identity
using step.changed_name as changed
where identity.namespace = changed.namespace and identity.name = changed.name;

insert into silver.identity
select * from step.new_identity;
