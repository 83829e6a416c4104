-- object: silver.lacks_of
-- kind: ground
-- grain: scalar; what an audit record does not say: 1 what was done, 2 when, 4 where, 8 with what outcome, 16 by whom, added up
-- clause: SP 800-53 AU-3; where is the account, the environment, the address or the thing
create or replace macro silver.lacks_of(event) as
(event.action is null)::utinyint
+ 2 * (event.occurred_at is null)::utinyint
+ 4 * (
    event.tenant is null
    and event.environment is null
    and event.src_ip is null
    and event.resource_id is null
    and event.resource_name is null
)::utinyint
+ 8 * (event.outcome is null or event.outcome = 'unknown')::utinyint
+ 16 * (event.actor_id is null)::utinyint;
