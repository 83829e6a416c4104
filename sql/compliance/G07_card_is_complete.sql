-- object: control.G07
-- kind: control
-- grain: one row per version that serves in production
-- sources: step.in_service, registry.card, silver.card_section
-- clause: a section is there if the card has it and it is neither empty nor null; whether it is right, lineage card check says
-- clause: which sections a card must have depends on the tier; a version of no known tier needs those of the highest
with version as (
    select
        service.version_node_id,
        min(service.model_node_id) as scope,
        min(service.deployed_at) as since_at,
        if(lower(min(service.tier)) in ('low', 'medium', 'high'), lower(min(service.tier)), 'high') as tier
    from step.in_service as service
    group by service.version_node_id
),

card as (
    select
        card.version_node_id,
        arg_max(card.body, (card.valid_from_at, card.card_sha256)) as body,
        arg_max(card.source_file, (card.valid_from_at, card.card_sha256)) as source_file
    from registry.card as card
    where
        governance.stands(card.valid_from_at, card.valid_to_at, getvariable('as_of'))
        and graph.holds(card.known_from_at, card.known_to_at, getvariable('known_at'))
    group by card.version_node_id
),

lacking as (
    select
        version.version_node_id,
        list_sort(list(section.section)) as sections
    from version
    inner join card on version.version_node_id = card.version_node_id
    inner join silver.card_section as section on version.tier = section.tier
    where
        coalesce(json_extract(card.body, '$.' || section.section)::varchar, 'null') in (
            'null', '""', '{}', '[]'
        )
    group by version.version_node_id
)

select
    version.scope,
    version.version_node_id as object_id,
    true as is_tested,
    case
        when card.version_node_id is null then 'it has no card'
        when lacking.sections is not null
            then 'its card lacks ' || array_to_string(lacking.sections, ', ')
    end as finding,
    null as missing,
    version.since_at,
    [card.source_file] as evidence
from version
left join card on version.version_node_id = card.version_node_id
left join lacking on version.version_node_id = lacking.version_node_id;
