-- object: governance.retirement
-- kind: view
-- grain: one row per act that takes a version out of service for good
-- sources: silver.act
-- clause: what still depended on it then was looked for before the act was kept: serving endpoints, aliases, models made of it that serve, decisions and accesses of the last days
-- column act_id: the act
-- column version_node_id: which version
-- column replacement: what takes its place, or none
-- column looked_for: what was looked for, as JSON; null for an act that another program has written
-- column actor_id: who retired it, as the act names them
-- column reason: why
-- column ticket: the ticket that it belongs to
-- column source: where it was done
-- column valid_from_at: when it was retired
-- column valid_to_at: null
-- column known_from_at: the scan that told us
-- column known_to_at: null
create or replace view governance.retirement as
select
    act.act_id,
    act.subject as version_node_id,
    act.data ->> '$.replacement' as replacement,
    act.data -> '$.looked_for' as looked_for,
    act.actor_id,
    act.reason,
    act.ticket,
    act.source,
    act.acted_at as valid_from_at,
    null::timestamptz as valid_to_at,
    act.ingested_at as known_from_at,
    null::timestamptz as known_to_at
from silver.act as act
where act.area = 'governance' and act.act = 'retired';
