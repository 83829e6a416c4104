-- object: retention.resolution_at
-- kind: macro
-- grain: one row per object that is kept at an instant: what holds for it, and which rules gave way
-- sources: retention.object_at, silver.resolved
-- clause: in this order: a legal hold; the longest minimum; the shortest maximum; else it is kept
-- clause: a minimum that ends after a maximum is a conflict, and nothing is done about it
-- clause: an object whose class nobody knows, or from when its periods count, is kept and flagged
-- clause: what is not placed on the market yet, or not retired yet, stays for as long as it is not: its minimum has not begun
-- clause: as_of: the instant
-- clause: object_id: the object
-- clause: class: as in retention.object_at
-- clause: verdict: held, conflict, unknown, minimum, needed, due, until, kept
-- clause: reason: in words
-- clause: decided_by: the hold, the rule or the version that decides; null if none does
-- clause: rule: the rule by whose shortest maximum it must go; null if none says
-- clause: action: what is to be done if it is due: delete, archive or anonymise
-- clause: stays_until: until when it must stay, by the longest minimum
-- clause: goes_at: by when it must go, by the shortest maximum
-- clause: gave_way: each rule that speaks of it and does not decide: name, basis, stays_until, goes_at, why
-- clause: row_count: as in retention.object_at
-- clause: total_bytes: as in retention.object_at

-- noqa: disable=layout.indent,references.qualification,structure.unused_cte
create or replace macro retention.resolution_at(as_of) as table
with object as (
    select object_at.*
    from retention.object_at(as_of) as object_at
)

select resolved.*
from silver.resolved('object', as_of) as resolved;
