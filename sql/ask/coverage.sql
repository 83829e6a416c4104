-- object: ask.coverage
-- kind: ask
-- grain: one row: what the answers rest on
-- sources: quality.coverage
select * from quality.coverage;
