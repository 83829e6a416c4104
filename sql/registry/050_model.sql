-- object: registry.model
-- kind: history
-- grain: one row per (model, source, validity, known time): a model, as a registry lists it
-- sources: step.model_at, step.listing_point, step.lasting
-- clause: valid from its registration, and each change from the poll or the scan that first shows it; until the one that shows it no more
-- clause: a listing without its last page takes back nothing
-- column model_node_id: its identifier
-- column registry: the namespace of its registry
-- column name: its name there
-- column owner: who answers for it: the tag owner, or as its file says
-- column team: the team behind it
-- column risk_tier: as its registry names it; what counts is the policy
-- column purpose: what it is for: the tag purpose or the description
-- column tags: all tags as a JSON object
-- column registered_at: when it was made, as the registry says
-- column source: who says so: mlflow, files or sagemaker
-- column seen_at: the poll or the scan that first showed it so
-- column document_id: that document
-- column valid_from_at: from when it is so
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.model (
    model_node_id varchar,
    registry varchar,
    name varchar,
    owner varchar,
    team varchar,
    risk_tier varchar,
    purpose varchar,
    tags json,
    registered_at timestamptz,
    source varchar,
    seen_at timestamptz,
    document_id blob,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.told_model as
select
    model.listing,
    model.model_node_id as subject,
    model.n as first_n,
    model.n as last_n,
    {
        'name': model.name,
        'owner': model.owner,
        'team': model.team,
        'risk_tier': model.risk_tier,
        'purpose': model.purpose,
        'tags': model.tags,
        'registered_at': model.registered_at
    } as item,
    model.made_at,
    model.document_id
from step.model_at as model;

create or replace table step.model as
select
    lasting.subject as model_node_id,
    lasting.listing.registry,
    lasting.item.name,
    lasting.item.owner,
    lasting.item.team,
    lasting.item.risk_tier,
    lasting.item.purpose,
    lasting.item.tags,
    lasting.item.registered_at,
    lasting.listing.source,
    lasting.seen_at,
    lasting.document_id,
    lasting.valid_from_at,
    lasting.valid_to_at
from step.lasting('step.told_model', 'step.listing_point') as lasting;

-- noqa: disable=layout.indent
merge into registry.model as told
using step.model as fact
    on
        told.known_to_at is null
        and told.model_node_id = fact.model_node_id
        and told.source = fact.source
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
        and told.document_id = fact.document_id
        and told.seen_at = fact.seen_at
        and (told.owner, told.team, told.risk_tier, told.purpose, told.tags, told.registered_at)
        is not distinct from
        (fact.owner, fact.team, fact.risk_tier, fact.purpose, fact.tags, fact.registered_at)
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        model_node_id, registry, name, owner, team, risk_tier, purpose, tags, registered_at,
        source, seen_at, document_id, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.model_node_id, fact.registry, fact.name, fact.owner, fact.team, fact.risk_tier,
        fact.purpose, fact.tags, fact.registered_at, fact.source, fact.seen_at, fact.document_id,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.model
where known_from_at = known_to_at;
