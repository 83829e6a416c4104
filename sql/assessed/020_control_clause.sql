-- object: compliance.control_clause
-- kind: facts
-- grain: one row per (control, framework that asks for it)
-- sources: step.control_clause
-- column control_id: the control
-- column framework: the framework
-- column framework_title: what people call it
-- column kind: law, guidance, standard or house
-- column clause: where it asks for it
-- column applies_from: the day from which on it does; null: always
-- column note: what to know of that day
-- column is_on: whether the organisation is under the framework
create table if not exists compliance.control_clause (
    control_id varchar,
    framework varchar,
    framework_title varchar,
    kind varchar,
    clause varchar,
    applies_from date,
    note varchar,
    is_on boolean
);

delete from compliance.control_clause;

insert into compliance.control_clause by name
select clause.* exclude (place)
from step.control_clause as clause
order by clause.place, clause.framework;
