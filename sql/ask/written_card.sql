-- object: ask.written_card
-- kind: ask
-- grain: one row: the card that a person wrote for a version, as it stands at an instant; none if there is none
-- sources: registry.card
select
    card.body::varchar as body,
    card.source_file,
    card.document_id
from registry.card as card
where
    card.version_node_id = $version
    and governance.stands(card.valid_from_at, card.valid_to_at, $as_of)
    and graph.holds(card.known_from_at, card.known_to_at, $known_at)
order by card.valid_from_at desc, card.document_id
limit 1;
