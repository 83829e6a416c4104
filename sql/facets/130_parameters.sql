-- object: silver.parameter_facet
-- kind: facts
-- grain: one row per body of executionParameters that holds any, by a digest: values may be secret
-- sources: bronze.execution_parameter
create table if not exists silver.parameter_facet (
    facet_digest blob,
    parameters_sha256 varchar
);

insert into silver.parameter_facet
select
    stated.facet_digest,
    sha256(
        to_json(list(distinct [stated.key, stated.value] order by [stated.key, stated.value]))
    ) as parameters_sha256
from bronze.execution_parameter as stated
anti join silver.parameter_facet as known on stated.facet_digest = known.facet_digest
group by stated.facet_digest;
