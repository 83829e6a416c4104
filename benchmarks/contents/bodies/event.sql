create view event as
select *
from out_event
