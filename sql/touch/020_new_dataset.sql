-- object: step.new_dataset
-- kind: step
-- grain: one row per (new event, direction, position): a dataset that it names
-- sources: step.new_event, bronze.event_dataset
create or replace table step.new_dataset as
select distinct
    new_event.event_id,
    new_event.event_ns,
    dataset.direction,
    dataset.position,
    dataset.namespace,
    dataset.name
from step.new_event as new_event
inner join bronze.event_dataset as dataset on new_event.event_id = dataset.event_id;
