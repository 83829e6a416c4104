-- object: silver.said_of_version_at
-- kind: macro
-- grain: one row per card, approval and decision that people and programs wrote about a version by an instant
-- sources: registry.card, governance.approval, governance.decision
-- clause: as_of: the instant
-- clause: object_id: its identifier
-- clause: class: card, approval or decision
-- clause: version_node_id: the model version that it is about
-- clause: created_at: when it was written

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.said_of_version_at(as_of) as table
select
    'card:' || lower(hex(card.document_id)) as object_id,
    'card' as class,
    card.version_node_id,
    min(card.valid_from_at) as created_at
from registry.card as card
where card.known_to_at is null and card.valid_from_at <= as_of::timestamptz
group by all
union all
select
    'approval:' || approval.act_id as object_id,
    'approval' as class,
    approval.version_node_id,
    min(approval.valid_from_at) as created_at
from governance.approval as approval
where approval.known_to_at is null and approval.valid_from_at <= as_of::timestamptz
group by all
union all
select
    'decision:' || decision.act_id as object_id,
    'decision' as class,
    decision.version_node_id,
    decision.decided_at as created_at
from governance.decision as decision
where decision.decided_at <= as_of::timestamptz;
