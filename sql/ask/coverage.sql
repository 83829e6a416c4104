-- object: ask.coverage
-- kind: ask
-- grain: one row: what the answers rest on, by what had been told at $known_at
-- sources: quality.coverage_at
select * from quality.coverage_at($known_at);
