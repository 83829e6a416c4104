-- object: ask.disposition_of
-- kind: ask
-- grain: one row per plan by which something was done about an object, or null for what was told without one; the latest first
-- sources: retention.disposition
select
    disposition.state,
    disposition.plan_sha256,
    disposition.done_by,
    disposition.certificate_sha256
from retention.disposition as disposition
where disposition.object_id = $object
order by coalesce(disposition.ended_at, disposition.began_at) desc, disposition.plan_sha256;
