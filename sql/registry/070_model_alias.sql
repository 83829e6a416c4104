-- object: registry.model_alias
-- kind: history
-- grain: one row per (model, alias, source, validity, known time): which version an alias stands for
-- sources: step.model_at, step.listing_point, step.lasting
-- clause: valid from the poll that first shows it until the one that shows it no more, or on another version; when in between it moved nobody says
-- column model_node_id: the model
-- column alias: the alias, such as champion
-- column version_node_id: the version that it stands for, listed or not
-- column source: who says so: mlflow
-- column seen_at: the poll that first showed it
-- column document_id: that document
-- column valid_from_at: from when it is so
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.model_alias (
    model_node_id varchar,
    alias varchar,
    version_node_id varchar,
    source varchar,
    seen_at timestamptz,
    document_id blob,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.told_alias as
with told as (
    select
        model.listing,
        model.model_node_id,
        model.n,
        model.name,
        model.document_id,
        unnest(model.aliases) as alias
    from step.model_at as model
)

select
    told.listing,
    {'model_node_id': told.model_node_id, 'alias': told.alias.alias} as subject,
    told.n as first_n,
    told.n as last_n,
    silver.node_of('modelVersion', told.listing.registry, told.name)
    || ':' || silver.encode_part(min(told.alias.version)) as item,
    null::timestamptz as made_at,
    told.document_id
from told
where told.alias.alias is not null and told.alias.version is not null
group by
    told.listing, told.model_node_id, told.n, told.name, told.document_id, told.alias.alias;

create or replace table step.model_alias as
select
    lasting.subject.model_node_id,
    lasting.subject.alias,
    lasting.item as version_node_id,
    lasting.listing.source,
    lasting.seen_at,
    lasting.document_id,
    lasting.valid_from_at,
    lasting.valid_to_at
from step.lasting('step.told_alias', 'step.listing_point') as lasting;

-- noqa: disable=layout.indent
merge into registry.model_alias as told
using step.model_alias as fact
    on
        told.known_to_at is null
        and told.model_node_id = fact.model_node_id
        and told.alias = fact.alias
        and told.version_node_id = fact.version_node_id
        and told.source = fact.source
        and told.seen_at = fact.seen_at
        and told.document_id = fact.document_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        model_node_id, alias, version_node_id, source, seen_at, document_id,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.model_node_id, fact.alias, fact.version_node_id, fact.source, fact.seen_at,
        fact.document_id, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.model_alias
where known_from_at = known_to_at;
