-- object: ask.unmatched_start
-- kind: ask
-- grain: one row per run that started and of whose end nothing was told, the latest first
-- sources: lineage.unmatched_start
with unmatched as (
    select *
    from lineage.unmatched_start(
        as_of := $as_of::timestamptz, known_at := $known_at::timestamptz
    )
)

select unmatched.*
from unmatched
order by unmatched.started_at desc, unmatched.run_id;
