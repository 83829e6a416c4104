-- object: ask.disposed_object
-- kind: ask
-- grain: one row: the last plan by which an object went by an instant; none if it never did
-- sources: retention.disposition
select
    disposition.ended_at,
    disposition.plan_sha256
from retention.disposition as disposition
where
    disposition.object_id = $object
    and disposition.state in ('disposed', 'confirmed')
    and disposition.plan_sha256 is not null
    and disposition.ended_at <= $as_of
order by disposition.ended_at desc, disposition.plan_sha256
limit 1;
