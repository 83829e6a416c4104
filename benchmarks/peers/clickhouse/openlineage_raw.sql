create table bench.raw engine = Memory as
select *
from file({files:String}, JSONEachRow, '
    eventTime DateTime64(6, ''UTC''), eventType String, producer String,
    run Tuple(runId String, facets Map(String, String)),
    job Tuple(namespace String, name String, facets Map(String, String)),
    inputs Array(Tuple(
        namespace String, name String,
        facets Tuple(
            schema Tuple(fields Array(Tuple(name String, type Nullable(String)))),
            columnLineage Tuple(fields Map(String, Tuple(inputFields Array(Tuple(
                namespace String, name String, field String,
                transformations Array(Tuple(type String, subtype String))
            )))))
        ),
        inputFacets Tuple(inputStatistics Tuple(rowCount Nullable(Int64), size Nullable(Int64))),
        outputFacets Tuple(outputStatistics Tuple(rowCount Nullable(Int64), size Nullable(Int64)))
    )),
    outputs Array(Tuple(
        namespace String, name String,
        facets Tuple(
            schema Tuple(fields Array(Tuple(name String, type Nullable(String)))),
            columnLineage Tuple(fields Map(String, Tuple(inputFields Array(Tuple(
                namespace String, name String, field String,
                transformations Array(Tuple(type String, subtype String))
            )))))
        ),
        inputFacets Tuple(inputStatistics Tuple(rowCount Nullable(Int64), size Nullable(Int64))),
        outputFacets Tuple(outputStatistics Tuple(rowCount Nullable(Int64), size Nullable(Int64)))
    ))
')
