-- object: registry.serving
-- kind: history
-- grain: one row per (deployment, version, validity, known time): what serves there, all sources put together
-- sources: step.deployment, step.endpoint_removal
-- clause: what was told to have happened last counts, whichever source tells of it; all that this source says serves then, serves
-- clause: nothing serves there from its removal on, until something is told to be deployed there again
-- clause: who tells of a deployment without its version takes back none that another source names
-- clause: a source agrees that says the same at any time of it; it disagrees if it speaks of the endpoint meanwhile and never says the same: one that is told a minute later does not
-- column deployment_node_id: the deployment
-- column version_node_id: the version that serves; null if nobody says which, or no registry has it
-- column model: the model as it is named; null if nobody names it
-- column version: the version as it is named; null if nobody names it
-- column sources: the sources that say so
-- column vague_sources: the sources that tell of a deployment meanwhile and not of which version
-- column other_sources: the sources that say something else of the whole time
-- column is_disputed: whether any source says something else
-- column valid_from_at: from when
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.serving (
    deployment_node_id varchar,
    version_node_id varchar,
    model varchar,
    version varchar,
    sources varchar [],
    vague_sources varchar [],
    other_sources varchar [],
    is_disputed boolean,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.serving as
with claim as (
    select
        deployment.*,
        {
            'version_node_id': deployment.version_node_id,
            'model': deployment.model,
            'version': deployment.version
        } as served
    from step.deployment as deployment
),

-- What has no version counts only where no other source names one.
happening as (
    select
        claim.deployment_node_id,
        claim.source,
        claim.valid_from_at as at
    from claim
    where
        claim.version is not null
        or not exists (
            select 1
            from claim as other
            where
                other.deployment_node_id = claim.deployment_node_id
                and other.source != claim.source
                and other.version is not null
                and (claim.model is null or other.model is not distinct from claim.model)
                and other.valid_from_at <= claim.valid_from_at
                and (other.valid_to_at is null or other.valid_to_at > claim.valid_from_at)
        )
    union
    select
        claim.deployment_node_id,
        claim.source,
        claim.valid_to_at as at
    from claim
    where claim.valid_to_at is not null
    union
    select
        removal.deployment_node_id,
        removal.source,
        removal.removed_at as at
    from step.endpoint_removal as removal
),

moment as (
    select
        happening.deployment_node_id,
        happening.at,
        list(happening.source) as tellers,
        lead(happening.at) over (
            partition by happening.deployment_node_id order by happening.at
        ) as next_at
    from happening
    group by happening.deployment_node_id, happening.at
),

stretch as (
    select distinct
        moment.deployment_node_id,
        moment.at,
        moment.next_at,
        claim.served
    from moment
    inner join claim
        on
            moment.deployment_node_id = claim.deployment_node_id
            and list_contains(moment.tellers, claim.source)
            and moment.at >= claim.valid_from_at
            and (claim.valid_to_at is null or moment.at < claim.valid_to_at)
),

named as (
    select stretch.*
    from stretch
    where
        stretch.served.version is not null
        or not exists (
            select 1
            from stretch as other
            where
                other.deployment_node_id = stretch.deployment_node_id
                and other.at = stretch.at
                and other.served.version is not null
        )
),

apart as (
    select
        named.*,
        count(*) filter (where named.at is distinct from named.before_at) over (
            partition by named.deployment_node_id, named.served
            order by named.at
            rows between unbounded preceding and current row
        ) as number
    from (
        select
            named.*,
            lag(named.next_at) over (
                partition by named.deployment_node_id, named.served order by named.at
            ) as before_at
        from named
    ) as named
),

spell as (
    select
        apart.deployment_node_id,
        apart.served,
        min(apart.at) as from_at,
        if(count(*) > count(apart.next_at), null, max(apart.next_at)) as to_at
    from apart
    group by apart.deployment_node_id, apart.served, apart.number
),

meanwhile as (
    select
        spell.deployment_node_id,
        spell.served,
        spell.from_at,
        claim.source,
        bool_or(claim.served = spell.served) as is_same,
        bool_and(claim.version is null) as is_vague
    from spell
    inner join claim
        on
            spell.deployment_node_id = claim.deployment_node_id
            and (spell.to_at is null or spell.to_at > claim.valid_from_at)
            and (claim.valid_to_at is null or spell.from_at < claim.valid_to_at)
    group by spell.deployment_node_id, spell.served, spell.from_at, claim.source
),

judged as (
    select
        meanwhile.deployment_node_id,
        meanwhile.served,
        meanwhile.from_at,
        list(meanwhile.source order by meanwhile.source) filter (where meanwhile.is_same) as sources,
        list(meanwhile.source order by meanwhile.source) filter (
            where not meanwhile.is_same and meanwhile.is_vague
        ) as vague_sources,
        list(meanwhile.source order by meanwhile.source) filter (
            where not meanwhile.is_same and not meanwhile.is_vague
        ) as other_sources
    from meanwhile
    group by meanwhile.deployment_node_id, meanwhile.served, meanwhile.from_at
)

select
    spell.deployment_node_id,
    spell.served.version_node_id,
    spell.served.model,
    spell.served.version,
    coalesce(judged.sources, []) as sources,
    coalesce(judged.vague_sources, []) as vague_sources,
    coalesce(judged.other_sources, []) as other_sources,
    judged.other_sources is not null as is_disputed,
    spell.from_at as valid_from_at,
    spell.to_at as valid_to_at
from spell
inner join judged
    on
        spell.deployment_node_id = judged.deployment_node_id
        and spell.served = judged.served
        and spell.from_at = judged.from_at;

-- noqa: disable=layout.indent
merge into registry.serving as told
using step.serving as fact
    on
        told.known_to_at is null
        and told.deployment_node_id = fact.deployment_node_id
        and told.version_node_id is not distinct from fact.version_node_id
        and told.model is not distinct from fact.model
        and told.version is not distinct from fact.version
        and told.sources is not distinct from fact.sources
        and told.vague_sources is not distinct from fact.vague_sources
        and told.other_sources is not distinct from fact.other_sources
        and told.is_disputed = fact.is_disputed
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        deployment_node_id, version_node_id, model, version, sources, vague_sources,
        other_sources, is_disputed, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.deployment_node_id, fact.version_node_id, fact.model, fact.version, fact.sources,
        fact.vague_sources, fact.other_sources, fact.is_disputed, fact.valid_from_at,
        fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.serving
where known_from_at = known_to_at;
