-- object: step.statement_holding
-- kind: step
-- grain: two rows per touched statement: what holds for its whole run, and what holds for it alone
-- sources: step.statement_event
-- clause: where the events of a run add up both have one identifier; a snapshot stands for itself, and shares its run with others
-- column holding_id: under which what holds for the statement is gathered
create or replace table step.statement_holding as
select distinct
    event.statement_id,
    holding.is_whole,
    if(holding.is_whole, event.whole_id, event.statement_id) as holding_id
from step.statement_event as event
cross join (values (true), (false)) as holding (is_whole);
