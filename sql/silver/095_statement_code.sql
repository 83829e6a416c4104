-- object: silver.statement_code
-- kind: facts
-- grain: one row per statement whose own events say which code ran, or with which parameters
-- sources: step.statement_facet, step.touched_statement, silver.code_facet, silver.parameter_facet
-- column code: all that they say of it; null: nothing
-- column parameters_sha256: digest of its parameters; null: nothing is said of them
create table if not exists silver.statement_code (
    statement_id varchar,
    code varchar [],
    parameters_sha256 varchar
);

delete from silver.statement_code
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_code
select
    facet.statement_id,
    list(distinct code.code order by code.code) filter (where code.code is not null) as code,
    max(parameter.parameters_sha256) as parameters_sha256
from step.statement_facet as facet
left join silver.code_facet as code
    on
        facet.facet_digest = code.facet_digest
        and facet.holder = 'job'
        and facet.key in ('sourceCodeLocation', 'sourceCode', 'sql')
left join silver.parameter_facet as parameter
    on
        facet.facet_digest = parameter.facet_digest
        and facet.holder = 'run'
        and facet.key = 'executionParameters'
where code.code is not null or parameter.parameters_sha256 is not null
group by facet.statement_id;
