create view event_dataset as
select *
from out_event_dataset
