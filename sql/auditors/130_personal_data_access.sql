-- object: compliance.personal_data_access
-- kind: macro
-- grain: one row per (account, audit source, node derived from personal data, kind of action)
-- sources: audit.event, lineage.classified_field, lineage.node, lineage.alias, lineage.edge, registry.model_version, governance.account
-- clause: who touched anything derived from personal data: datasets that a tag reaches by lineage, and model versions that such data flows into
-- clause: an object belongs to the dataset with the longest name that its path begins with; a model without a version stands for all its versions, and a name that several registries have for each
-- clause: from_at, to_at: of events from then on and before then; null: all
-- clause: category: personal-data or special-category; status: certain, or possible where nobody says whether a step masks it; derived_by: tag, or lineage for a model
-- clause: denied_count: attempts that were refused; activity: 1 create, 2 read, 3 update, 4 delete, 99 other, 0 unknown
-- limits: reads that no audit log tells of, copies outside of the lineage, and data that nobody tagged; models that no registry has; what a model remembers of its data

-- noqa: disable=layout.indent,references.qualification
create or replace macro compliance.personal_data_access(from_at := null, to_at := null) as table
with recursive tagged as (
    select
        found.node_id,
        found.category,
        if(bool_or(found.status != 'possible'), 'certain', 'possible') as status
    from lineage.classified_field as found
    where found.category in ('personal-data', 'special-category')
    group by found.node_id, found.category
),

reached as (
    select
        tagged.node_id,
        tagged.category,
        tagged.status
    from tagged
    union
    select
        edge.target_node_id as node_id,
        reached.category,
        'possible' as status
    from reached
    inner join lineage.edge as edge on reached.node_id = edge.source_node_id
    where starts_with(edge.target_node_id, 'modelVersion:') and edge.known_to_at is null
),

derived as (
    select
        reached.node_id,
        reached.category,
        min(reached.status) as status,
        if(starts_with(reached.node_id, 'modelVersion:'), 'lineage', 'tag') as derived_by
    from reached
    group by reached.node_id, reached.category
),

touched as (
    select
        event.actor_id as account,
        event.source,
        event.dataset_key,
        event.model_key,
        event.model_version,
        event.activity_id as activity,
        min(event.occurred_at) as first_at,
        max(event.occurred_at) as last_at,
        count(*) as event_count,
        count(*) filter (where event.outcome = 'denied') as denied_count,
        min(event.event_id) as example_event_id
    from audit.event as event
    where
        (event.dataset_key is not null or event.model_key is not null)
        and (from_at is null or event.occurred_at >= from_at::timestamptz)
        and (to_at is null or event.occurred_at < to_at::timestamptz)
    group by all
),

named as (
    select
        node.node_id as name_id,
        node.node_id
    from lineage.node as node
    where node.kind = 'dataset'
    union
    select
        alias.alias_node_id as name_id,
        alias.node_id
    from lineage.alias as alias
    where starts_with(alias.node_id, 'dataset:') and alias.known_to_at is null
),

placed as (
    select
        named.node_id,
        rtrim(regexp_extract(named.name_id, '^dataset:(.*):[^:]*$', 1), '/')
        || '/' || ltrim(silver.decode_part(regexp_extract(named.name_id, '([^:]*)$', 1)), '/') as path
    from named
),

object as (
    select distinct touched.dataset_key
    from touched
    where touched.dataset_key is not null
),

-- Every folder that an object lies in, and itself.
folder as (
    select
        object.dataset_key,
        unnest(
            list_transform(
                range(1, len(string_split(object.dataset_key, '/')) + 1),
                lambda depth: array_to_string(string_split(object.dataset_key, '/')[:depth], '/')
            )
        ) as path
    from object
),

located as (
    select
        found.dataset_key,
        found.node_id
    from (
        select
            object.dataset_key,
            named.node_id,
            length(object.dataset_key) as matched
        from object
        inner join named on object.dataset_key = named.name_id
        union all
        select
            folder.dataset_key,
            placed.node_id,
            length(folder.path) as matched
        from folder
        inner join placed on folder.path = placed.path
    ) as found
    qualify rank() over (partition by found.dataset_key order by found.matched desc) = 1
),

model as (
    select distinct
        version.name as model_key,
        version.version as model_version,
        version.version_node_id as node_id
    from registry.model_version as version
    where version.known_to_at is null
),

met as (
    select
        touched.*,
        located.node_id
    from touched
    inner join located on touched.dataset_key = located.dataset_key
    union all
    select
        touched.*,
        model.node_id
    from touched
    inner join model
        on
            touched.model_key = model.model_key
            and (touched.model_version is null or touched.model_version = model.model_version)
)

select
    met.account,
    account.person_id,
    account.basis,
    met.source,
    derived.node_id,
    list_sort(list(distinct derived.category)) as categories,
    min(derived.status) as status,
    min(derived.derived_by) as derived_by,
    met.activity,
    min(met.first_at) as first_at,
    max(met.last_at) as last_at,
    max(met.event_count) as event_count,
    max(met.denied_count) as denied_count,
    min(met.example_event_id) as example_event_id
from (
    select
        met.account,
        met.source,
        met.node_id,
        met.activity,
        min(met.first_at) as first_at,
        max(met.last_at) as last_at,
        sum(met.event_count)::bigint as event_count,
        sum(met.denied_count)::bigint as denied_count,
        min(met.example_event_id) as example_event_id
    from met
    group by met.account, met.source, met.node_id, met.activity
) as met
inner join derived on met.node_id = derived.node_id
left join governance.account as account
    on met.account = account.account and account.known_to_at is null and account.valid_to_at is null
group by met.account, account.person_id, account.basis, met.source, derived.node_id, met.activity
order by met.account nulls first, derived.node_id, met.source, met.activity;
