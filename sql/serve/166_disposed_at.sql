-- object: silver.disposed_at
-- kind: macro
-- grain: one row per object that was disposed of by an instant, under a plan
-- sources: retention.disposition
-- clause: as_of: the instant
-- clause: object_id: its identifier
-- clause: ended_at: when that was done last

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.disposed_at(as_of) as table
select
    disposition.object_id,
    max(disposition.ended_at) as ended_at
from retention.disposition as disposition
where
    disposition.state in ('disposed', 'confirmed')
    and disposition.plan_sha256 is not null
    and disposition.ended_at <= as_of::timestamptz
group by disposition.object_id;
