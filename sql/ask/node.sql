-- object: ask.node
-- kind: ask
-- grain: one row per node whose identifier or alias contains $pattern, as had been told at $known_at; % and _ match as in LIKE
-- sources: lineage.node, lineage.node_history, lineage.alias
-- clause: when its events were is told as known today alone: first_seen_at and last_seen_at are null at a known time

-- noqa: disable=references.qualification
with asked as (
    select
        lower($pattern) as word,
        $pattern as template
),

believed as (
    select
        node.node_id,
        node.kind,
        node.stage,
        node.stage_rule,
        node.first_seen_at,
        node.last_seen_at
    from lineage.node as node
    where $known_at::timestamptz is null
    union all
    select
        told.node_id,
        told.kind,
        told.stage,
        told.stage_rule,
        null as first_seen_at,
        null as last_seen_at
    from lineage.node_history as told
    where $known_at is not null and graph.holds(told.known_from_at, told.known_to_at, $known_at)
)

select
    node.node_id,
    node.kind,
    node.stage,
    node.stage_rule,
    node.first_seen_at,
    node.last_seen_at,
    string_agg(distinct alias.alias_node_id, ', ' order by alias.alias_node_id) as aliases
from believed as node
cross join asked
left join lineage.alias as alias
    on
        node.node_id = alias.node_id
        and graph.holds(alias.known_from_at, alias.known_to_at, $known_at)
where
    contains(lower(node.node_id), asked.word)
    or node.node_id ilike asked.template
    or contains(lower(alias.alias_node_id), asked.word)
    or alias.alias_node_id ilike asked.template
group by all
order by node.node_id;
