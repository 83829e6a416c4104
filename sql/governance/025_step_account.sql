-- object: step.account
-- kind: step
-- grain: one row per account: whose it is by the policy in force
-- sources: governance.account
create or replace table step.account as
select
    account.account,
    account.person_id,
    account.basis
from governance.account as account
where account.valid_to_at is null and account.known_to_at is null;
