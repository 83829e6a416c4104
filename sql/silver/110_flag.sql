-- object: quality.flag
-- kind: facts
-- grain: one row per (event, flag, detail): something odd about an event that was kept
-- sources: bronze.flag, step.new_event
-- column event_id: the event
-- column flag: what is odd, to count by
-- column detail: where or how
create table if not exists quality.flag (event_id varchar, flag varchar, detail varchar);

insert into quality.flag
select distinct
    lower(hex(flag.event_id)) as event_id,
    flag.flag,
    flag.detail
from bronze.flag as flag
semi join step.new_event as event on flag.event_id = event.event_id;
