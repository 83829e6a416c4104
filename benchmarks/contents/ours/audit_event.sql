create view audit_event as
select *
from out_audit_event
