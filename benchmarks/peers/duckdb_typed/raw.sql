-- The files once, every key that is used typed and every other one declared: an undeclared nested
-- key is skipped slowly.
create temporary table raw as
select *
from read_json(
    getvariable('files'),
    format = 'newline_delimited',
    maximum_object_size = 33554432,
    columns = {
        'eventTime': 'TIMESTAMPTZ',
        'eventType': 'VARCHAR',
        'producer': 'VARCHAR',
        'schemaURL': 'VARCHAR',
        'run': 'STRUCT("runId" VARCHAR, facets MAP(VARCHAR, VARCHAR))',
        'job': 'STRUCT("namespace" VARCHAR, "name" VARCHAR, facets MAP(VARCHAR, VARCHAR))',
        'inputs': 'STRUCT(
            "namespace" VARCHAR,
            "name" VARCHAR,
            facets STRUCT(
                "schema" STRUCT(fields STRUCT("name" VARCHAR, "type" VARCHAR)[]),
                "columnLineage" STRUCT(fields MAP(VARCHAR, STRUCT("inputFields" STRUCT(
                    "namespace" VARCHAR, "name" VARCHAR, field VARCHAR,
                    transformations STRUCT("type" VARCHAR, subtype VARCHAR)[]
                )[]))),
                "dataSource" VARCHAR, documentation VARCHAR, storage VARCHAR, symlinks VARCHAR
            ),
            "inputFacets" STRUCT(
                "inputStatistics" STRUCT("rowCount" BIGINT, size BIGINT, "fileCount" BIGINT)
            ),
            "outputFacets" STRUCT(
                "outputStatistics" STRUCT("rowCount" BIGINT, size BIGINT, "fileCount" BIGINT)
            )
        )[]',
        'outputs': 'STRUCT(
            "namespace" VARCHAR,
            "name" VARCHAR,
            facets STRUCT(
                "schema" STRUCT(fields STRUCT("name" VARCHAR, "type" VARCHAR)[]),
                "columnLineage" STRUCT(fields MAP(VARCHAR, STRUCT("inputFields" STRUCT(
                    "namespace" VARCHAR, "name" VARCHAR, field VARCHAR,
                    transformations STRUCT("type" VARCHAR, subtype VARCHAR)[]
                )[]))),
                "dataSource" VARCHAR, documentation VARCHAR, storage VARCHAR, symlinks VARCHAR
            ),
            "inputFacets" STRUCT(
                "inputStatistics" STRUCT("rowCount" BIGINT, size BIGINT, "fileCount" BIGINT)
            ),
            "outputFacets" STRUCT(
                "outputStatistics" STRUCT("rowCount" BIGINT, size BIGINT, "fileCount" BIGINT)
            )
        )[]'
    }
)
