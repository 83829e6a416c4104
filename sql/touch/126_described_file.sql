-- object: silver.described_file
-- kind: facts
-- grain: one row per (name of a dataset, landing file, scan that read dataset events of it there)
-- sources: step.new_event, step.new_dataset
-- clause: an event that several files hold counts for the one that told it first
-- column namespace: of the dataset, as the event names it
-- column name: likewise
-- column source_file: the landing file
create table if not exists silver.described_file (
    namespace varchar,
    name varchar,
    source_file varchar
);

insert into silver.described_file
select distinct
    dataset.namespace,
    dataset.name,
    event.source_file
from step.new_event as event
inner join step.new_dataset as dataset on event.event_id = dataset.event_id
where event.kind = 'dataset';
