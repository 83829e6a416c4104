-- object: bronze.event_dataset
-- kind: step
-- grain: one row per (event, direction, position): a dataset that it names, as input, output or its own
-- sources: bronze.event_holder
create or replace view bronze.event_dataset as
select
    holder.batch_id,
    holder.event_id,
    holder.role as direction,
    holder.position,
    holder.namespace,
    holder.name
from bronze.event_holder as holder
where holder.role in ('input', 'output', 'dataset');
