-- object: ask.stale_producer
-- kind: ask
-- grain: one row per job that wrote regularly and then was silent for too long
-- sources: lineage.stale_producer
select *
from lineage.stale_producer(
    factor := $factor, min_runs := $min_runs, as_of := $as_of, known_at := $known_at
);
