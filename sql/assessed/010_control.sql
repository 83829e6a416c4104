-- object: compliance.control
-- kind: facts
-- grain: one row per control, shipped or of the organisation's own
-- sources: step.control
-- clause: not legal advice; a PASS says that its query found no exception in what was told
-- column control_id: the control
-- column framework: the framework that asks for it, of several the first under which the organisation is
-- column clause: where it is asked for, in each framework that does
-- column title: in a few words
-- column requirement: what must hold
-- column automation: full (its predicate is decidable), partial (presence and dates of evidence) or attestation (a person's word)
-- column population_of: of what its query looks at every member
-- column deliver: what must be told for it to be assessable
-- column limits: what it cannot show
-- column note: what to know of the day from which on it holds
-- column applies_from: the day from which on it holds; null: always
-- column is_on: whether the organisation is under a framework that asks for it
-- column is_blocking: whether what fails blocks: it does under any framework but the baseline; else it advises
-- column is_own: whether it is the organisation's own
create table if not exists compliance.control (
    control_id varchar,
    framework varchar,
    clause varchar,
    title varchar,
    requirement varchar,
    automation varchar,
    population_of varchar,
    deliver varchar,
    limits varchar,
    note varchar,
    applies_from date,
    is_on boolean,
    is_blocking boolean,
    is_own boolean
);

delete from compliance.control;

insert into compliance.control by name
select control.* exclude (place, sql)
from step.control as control
order by control.place, control.control_id;
