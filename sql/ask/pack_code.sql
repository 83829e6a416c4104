-- object: ask.pack_code
-- kind: ask
-- grain: one row per (run of $runs, code): what its own events say ran, with the digest of its parameters
-- sources: silver.statement, silver.statement_code
select distinct
    statement.run_id,
    unnest(ran.code) as code,
    ran.parameters_sha256
from silver.statement_code as ran
inner join silver.statement as statement on ran.statement_id = statement.statement_id
where statement.run_id in (select unnest($runs::varchar[]))
order by all;
