-- object: silver.statement_file
-- kind: facts
-- grain: one row per (whole of a statement, landing file, scan that read events of it there): where it was told
-- sources: step.new_statement_event
-- clause: an event that several files hold counts for the one that told it first
-- column whole_id: as in silver.statement
-- column source_file: the landing file
create table if not exists silver.statement_file (
    whole_id varchar,
    source_file varchar
);

insert into silver.statement_file
select distinct
    new_statement_event.statement_id as whole_id,
    new_statement_event.source_file
from step.new_statement_event as new_statement_event;
