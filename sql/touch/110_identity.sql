-- object: silver.identity
-- kind: facts
-- grain: one row per dataset name: the node that it stands for
-- sources: silver.dataset_name, silver.alias_group, silver.dataset_trait
-- clause: names of one spelling are one, and so are those that symlinks join; see silver.spelled_name, silver.alias_group
-- column spelled_namespace: the namespace in the one spelling that all of its kind share
-- column spelled_name: the name, likewise
-- column is_linked: whether a symlink says so, and not the spelling alone
-- column node_name: of a model without its folder
create table if not exists silver.identity (
    namespace varchar,
    name varchar,
    spelled_namespace varchar,
    spelled_name varchar,
    is_linked boolean,
    kind varchar,
    node_namespace varchar,
    node_name varchar,
    node_id varchar
);

create or replace table step.identity as
with namespaced as (
    select
        dataset_name.namespace,
        dataset_name.name,
        silver.spelled_namespace(dataset_name.namespace) as spelled_namespace
    from silver.dataset_name as dataset_name
),

spelled as (
    select
        namespaced.*,
        silver.spelled_name(namespaced.spelled_namespace, namespaced.name) as spelled_name
    from namespaced
),

canonical as (
    select
        spelled.*,
        coalesce(alias_group.canonical_namespace, spelled.spelled_namespace) as node_namespace,
        coalesce(alias_group.canonical_name, spelled.spelled_name) as node_name
    from spelled
    left join silver.alias_group as alias_group
        on
            spelled.spelled_namespace = alias_group.namespace
            and spelled.spelled_name = alias_group.name
            and alias_group.is_joined
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
    kinded.spelled_namespace,
    kinded.spelled_name,
    (kinded.spelled_namespace, kinded.spelled_name) != (kinded.node_namespace, kinded.node_name)
        as is_linked,
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
        and fresh.node_id = known.node_id
        and fresh.is_linked = known.is_linked;

delete from silver.identity
using step.new_identity as fresh
where identity.namespace = fresh.namespace and identity.name = fresh.name;

insert into silver.identity
select * from step.new_identity;
