-- object: compliance.control_parameter
-- kind: facts
-- grain: one row per number that a control measures with
-- sources: step.control_parameter
-- column control_id: the control
-- column name: the number
-- column value: how much
-- column unit: of what
-- column basis: who set it: law, guidance or house
-- column shipped_value: what the catalogue says
create table if not exists compliance.control_parameter (
    control_id varchar,
    name varchar,
    value integer,
    unit varchar,
    basis varchar,
    shipped_value integer
);

delete from compliance.control_parameter;

insert into compliance.control_parameter by name
select
    parameter.control_id,
    parameter.name,
    parameter.value,
    parameter.unit,
    parameter.basis,
    parameter.shipped_value
from step.control_parameter as parameter
order by parameter.control_id, parameter.name;
