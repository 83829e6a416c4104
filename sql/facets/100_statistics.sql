-- object: silver.statistics_facet
-- kind: facts
-- grain: one row per facet body of inputStatistics or outputStatistics, whose shape is the same
-- sources: bronze.input_statistics, bronze.output_statistics
create table if not exists silver.statistics_facet (
    facet_digest blob,
    row_count bigint,
    total_bytes bigint,
    file_count bigint
);

insert into silver.statistics_facet
with stated as (
    select
        input.facet_digest,
        input.row_count,
        input.total_bytes,
        input.file_count
    from bronze.input_statistics as input
    union
    select
        output.facet_digest,
        output.row_count,
        output.total_bytes,
        output.file_count
    from bronze.output_statistics as output
)

select stated.*
from stated
anti join silver.statistics_facet as known on stated.facet_digest = known.facet_digest;
