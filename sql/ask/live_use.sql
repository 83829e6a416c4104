-- object: ask.live_use
-- kind: ask
-- grain: one row per way in which something live depends on a version at an instant
-- sources: governance.live_use_at
select
    use,
    place,
    last_at
from governance.live_use_at($version, $as_of, recent_days := $recent_days)
order by use, place;
