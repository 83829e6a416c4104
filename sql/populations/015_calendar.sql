-- object: step.calendar
-- kind: step
-- grain: one row: the holidays that the policy in force names
-- sources: step.policy_in_force
create or replace table step.calendar as
select coalesce((policy.body -> '$.calendar.holidays')::DATE [], []) as holidays
from step.policy_in_force as policy;
