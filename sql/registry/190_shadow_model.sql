-- object: registry.shadow_model
-- kind: history
-- grain: one row per (deployment, model, version, reason, validity, known time): what serves, or is asked for answers, and is not registered
-- sources: step.service_evidence
-- clause: evidence: deployments, decisions, calls of endpoints, what applications log of a model, endpoints in lineage
-- clause: who names no version says nothing against a registered model; of one that is not registered it adds to what others say
-- clause: what was registered only after it was seen was a shadow model until then
-- clause: a model loaded from a path is taken to be called as its service: what lies there nobody compares with what is registered
-- column deployment_node_id: where; null if nobody says
-- column model: the model as it is named; null if nobody names one
-- column version: the version as it is named; null if nobody names one
-- column reason: not registered, version not registered, registered under another registry, registered later or no model named
-- column first_seen_at: the first evidence
-- column last_seen_at: the last evidence
-- column sources: where evidence was found
-- column valid_from_at: the first evidence
-- column valid_to_at: when it was registered; null while it is not
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.shadow_model (
    deployment_node_id varchar,
    model varchar,
    version varchar,
    reason varchar,
    first_seen_at timestamptz,
    last_seen_at timestamptz,
    sources varchar [],
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.shadow_model as
with suspect as (
    select distinct
        evidence.deployment_node_id,
        evidence.model,
        evidence.version,
        evidence.reason,
        null::timestamptz as registered_at
    from step.service_evidence as evidence
    where evidence.reason is not null and evidence.model is not null
    union all
    select
        evidence.deployment_node_id,
        evidence.model,
        evidence.version,
        'registered later' as reason,
        max(evidence.registered_at) as registered_at
    from step.service_evidence as evidence
    where
        evidence.reason is null
        and evidence.version is not null
        and evidence.first_at < evidence.registered_at
    group by evidence.deployment_node_id, evidence.model, evidence.version
    union all
    select distinct
        evidence.deployment_node_id,
        null as model,
        null as version,
        evidence.reason,
        null as registered_at
    from step.service_evidence as evidence
    anti join step.service_evidence as named
        on evidence.deployment_node_id = named.deployment_node_id and named.model is not null
    where evidence.model is null and evidence.deployment_node_id is not null
),

-- Who says more, where or which version, speaks for who says less of the same model.
target as (
    select suspect.*
    from suspect
    where
        not exists (
            select 1
            from suspect as other
            where
                other.model = suspect.model
                and (
                    (
                        suspect.version is null
                        and other.version is not null
                        and other.deployment_node_id is not distinct from suspect.deployment_node_id
                    )
                    or (
                        suspect.deployment_node_id is null
                        and other.deployment_node_id is not null
                        and (suspect.version is null or other.version = suspect.version)
                    )
                )
        )
)

select
    target.deployment_node_id,
    target.model,
    target.version,
    target.reason,
    min(evidence.first_at) as first_seen_at,
    max(evidence.last_at) filter (
        where target.registered_at is null or evidence.last_at < target.registered_at
    ) as last_seen_at,
    list(distinct evidence.source order by evidence.source) as sources,
    min(evidence.first_at) as valid_from_at,
    target.registered_at as valid_to_at
from target
inner join step.service_evidence as evidence
    on
        (
            target.deployment_node_id is not distinct from evidence.deployment_node_id
            or (evidence.deployment_node_id is null and target.model = evidence.model)
        )
        and (evidence.model is null or target.model = evidence.model)
        and (
            evidence.version is null
            or target.version is null
            or target.version = evidence.version
        )
        and (target.registered_at is null or target.registered_at > evidence.first_at)
group by
    target.deployment_node_id, target.model, target.version, target.reason, target.registered_at;

-- noqa: disable=layout.indent
merge into registry.shadow_model as told
using step.shadow_model as fact
    on
        told.known_to_at is null
        and told.deployment_node_id is not distinct from fact.deployment_node_id
        and told.model is not distinct from fact.model
        and told.version is not distinct from fact.version
        and told.reason = fact.reason
        and told.first_seen_at is not distinct from fact.first_seen_at
        and told.last_seen_at is not distinct from fact.last_seen_at
        and told.sources is not distinct from fact.sources
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        deployment_node_id, model, version, reason, first_seen_at, last_seen_at, sources,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.deployment_node_id, fact.model, fact.version, fact.reason, fact.first_seen_at,
        fact.last_seen_at, fact.sources, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from registry.shadow_model
where known_from_at = known_to_at;
