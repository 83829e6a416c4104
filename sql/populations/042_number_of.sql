-- object: step.number_of
-- kind: step
-- grain: scalar; a number that a control measures with; null if it has none of that name
-- sources: step.control_parameter
create or replace macro step.number_of(of_control, called) as (
    select parameter.value
    from step.control_parameter as parameter
    where parameter.control_id = of_control and parameter.name = called
);
