-- object: lineage.tag
-- kind: history
-- grain: one row per (node, field, key, value, source, job, validity, known time): a tag that somebody states
-- sources: step.spells, step.united, step.new_tag_statement, step.touched_statement, step.changed_name, step.tag_rule, silver.tag_statement, silver.tag_facet, silver.identity, silver.statement
-- clause: OpenLineage TagsDatasetFacet, TagsJobFacet 1-0-0; validity as in lineage.edge, of each who states tags by itself
-- clause: a tag ends when who stated it states tags of the node without it, or deletes them; nobody ends what others state
-- clause: a run that fails states what it states and ends nothing; a run's own tags are no tags of data: see lineage.facet
-- column node_id: the dataset, model, deployment or job
-- column field: the field that it is a tag of; null: the node as a whole
-- column key: as the producer writes it, such as pii
-- column value: as the producer writes it
-- column source: who set it, as the producer says
-- column category: what it says of data, by the rules of [classification]; null: nothing, it goes nowhere
-- column reach: field; of a whole node each of its fields, or some, nobody says which; null without a category
-- column job_node_id: the job whose events state it; null where dataset events do
-- column valid_from_at: the event that first states it
-- column valid_to_at: the event from which it no longer holds; null while it does
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.tag (
    node_id varchar,
    field varchar,
    key varchar,
    value varchar,
    source varchar,
    category varchar,
    reach varchar,
    job_node_id varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.touched_tag as
with touched as (
    select
        stated.kind,
        stated.job_namespace,
        stated.job_name,
        stated.namespace,
        stated.name
    from step.new_tag_statement as stated
    union
    select
        stated.kind,
        stated.job_namespace,
        stated.job_name,
        stated.namespace,
        stated.name
    from silver.tag_statement as stated
    semi join step.touched_statement as touched on stated.statement_id = touched.statement_id
)

select identity.node_id
from touched
inner join silver.identity as identity
    on touched.namespace = identity.namespace and touched.name = identity.name
union
select silver.node_of('job', touched.job_namespace, touched.job_name) as node_id
from touched
where touched.name is null
union
select identity.node_id
from step.changed_name as changed
inner join silver.identity as identity
    on changed.namespace = identity.namespace and changed.name = identity.name
union
select changed.old_node_id as node_id
from step.changed_name as changed;

create or replace table step.standing_tags as
with stated as (
    select
        stated.statement_id,
        stated.kind,
        silver.node_of('job', stated.job_namespace, stated.job_name) as job_node_id,
        if(
            stated.name is null,
            silver.node_of('job', stated.job_namespace, stated.job_name),
            identity.node_id
        ) as node_id,
        stated.namespace,
        stated.name,
        stated.facet_digest,
        min(stated.first_ns) as first_ns,
        max(stated.last_ns) as last_ns
    from silver.tag_statement as stated
    left join silver.identity as identity
        on stated.namespace = identity.namespace and stated.name = identity.name
    group by all
),

standing as (
    select
        stated.statement_id,
        stated.kind,
        if(stated.kind = 'dataset', stated.node_id, stated.job_node_id) as owner_id,
        stated.node_id,
        max({
            'last_ns': stated.last_ns,
            'facet_digest': stated.facet_digest,
            'first_ns': stated.first_ns
        }) as latest
    from stated
    semi join step.touched_tag as touched on stated.node_id = touched.node_id
    group by
        stated.statement_id, stated.kind, stated.job_node_id, stated.node_id, stated.namespace,
        stated.name
),

ended as (
    select distinct
        statement.whole_id,
        statement.completed_ns
    from silver.statement as statement
    semi join standing on statement.whole_id = standing.statement_id
)

select
    standing.statement_id,
    standing.owner_id,
    standing.node_id as target_node_id,
    standing.latest.facet_digest,
    -- What a job event says of tags is not the job's whole word on all datasets.
    if(standing.kind = 'run', 'run', 'dataset') as origin,
    standing.latest.first_ns as stated_ns,
    if(standing.kind = 'run', ended.completed_ns, standing.latest.last_ns) as completed_ns
from standing
left join ended on standing.statement_id = ended.whole_id;

create or replace table step.stated_tag as
select
    standing.statement_id,
    standing.owner_id,
    standing.target_node_id,
    {
        'field': stated.field, 'key': stated.key, 'value': stated.value, 'source': stated.source
    } as item,
    standing.origin,
    standing.stated_ns,
    standing.completed_ns
from step.standing_tags as standing
inner join silver.tag_facet as stated on standing.facet_digest = stated.facet_digest;

create or replace table step.tag_writing as
select distinct
    standing.statement_id,
    standing.owner_id,
    standing.target_node_id,
    standing.origin,
    standing.completed_ns
from step.standing_tags as standing
where standing.completed_ns is not null;

create or replace table step.tag_spell as
select
    {
        'owner_id': spell.owner_id,
        'item': spell.item,
        'target_node_id': spell.target_node_id
    } as subject,
    spell.from_ns,
    spell.to_ns
from step.spells('step.stated_tag', 'step.tag_writing') as spell;

create or replace table step.tag as
with held as (
    select
        united.subject.owner_id,
        united.subject.item,
        united.subject.target_node_id,
        united.from_ns,
        united.to_ns
    from step.united('step.tag_spell') as united
),

ruled as (
    select
        held.owner_id,
        held.target_node_id,
        held.item,
        held.from_ns,
        held.to_ns,
        min({
            'place': rule.place, 'category': rule.category, 'of_dataset': rule.of_dataset
        }) as rule
    from held
    left join step.tag_rule as rule
        on
            replace(lower(held.item.key), '-', '_') = rule.key
            and coalesce(rule.value = lower(trim(held.item.value)), true)
            and not list_contains(getvariable('denials'), lower(trim(held.item.value)))
    group by all
)

select
    ruled.target_node_id as node_id,
    ruled.item.field,
    ruled.item.key,
    ruled.item.value,
    ruled.item.source,
    ruled.rule.category,
    case
        when ruled.rule.category is null then null
        when ruled.item.field is not null then 'field'
        else ruled.rule.of_dataset
    end as reach,
    if(starts_with(ruled.owner_id, 'job:'), ruled.owner_id, null) as job_node_id,
    silver.instant(ruled.from_ns) as valid_from_at,
    silver.instant(nullif(ruled.to_ns, 9223372036854775807)) as valid_to_at
from ruled;

-- noqa: disable=layout.indent
merge into lineage.tag as told
using step.tag as fact
    on
        told.known_to_at is null
        and told.node_id = fact.node_id
        and told.field is not distinct from fact.field
        and told.key = fact.key
        and told.value = fact.value
        and told.source is not distinct from fact.source
        and told.job_node_id is not distinct from fact.job_node_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source
    and told.known_to_at is null
    and told.node_id in (select touched.node_id from step.touched_tag as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        node_id, field, key, value, source, category, reach, job_node_id,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.node_id, fact.field, fact.key, fact.value, fact.source, fact.category, fact.reach,
        fact.job_node_id, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from lineage.tag
where known_from_at = known_to_at;
