-- Objects first, types after: the typed reader spends milliseconds on every file before its first
-- byte, which many small files make the whole cost.
create temporary table raw as
select
    unnest(from_json(json, '{
        "eventTime": "TIMESTAMPTZ",
        "eventType": "VARCHAR",
        "producer": "VARCHAR",
        "schemaURL": "VARCHAR",
        "run": "STRUCT(\"runId\" VARCHAR, facets MAP(VARCHAR, VARCHAR))",
        "job": "STRUCT(\"namespace\" VARCHAR, \"name\" VARCHAR, facets MAP(VARCHAR, VARCHAR))",
        "inputs": "STRUCT( \"namespace\" VARCHAR, \"name\" VARCHAR, facets STRUCT( \"schema\" STRUCT(fields STRUCT(\"name\" VARCHAR, \"type\" VARCHAR)[]), \"columnLineage\" STRUCT(fields MAP(VARCHAR, STRUCT(\"inputFields\" STRUCT( \"namespace\" VARCHAR, \"name\" VARCHAR, field VARCHAR, transformations STRUCT(\"type\" VARCHAR, subtype VARCHAR)[] )[]))), \"dataSource\" VARCHAR, documentation VARCHAR, storage VARCHAR, symlinks VARCHAR ), \"inputFacets\" STRUCT( \"inputStatistics\" STRUCT(\"rowCount\" BIGINT, size BIGINT, \"fileCount\" BIGINT) ), \"outputFacets\" STRUCT( \"outputStatistics\" STRUCT(\"rowCount\" BIGINT, size BIGINT, \"fileCount\" BIGINT) ) )[]",
        "outputs": "STRUCT( \"namespace\" VARCHAR, \"name\" VARCHAR, facets STRUCT( \"schema\" STRUCT(fields STRUCT(\"name\" VARCHAR, \"type\" VARCHAR)[]), \"columnLineage\" STRUCT(fields MAP(VARCHAR, STRUCT(\"inputFields\" STRUCT( \"namespace\" VARCHAR, \"name\" VARCHAR, field VARCHAR, transformations STRUCT(\"type\" VARCHAR, subtype VARCHAR)[] )[]))), \"dataSource\" VARCHAR, documentation VARCHAR, storage VARCHAR, symlinks VARCHAR ), \"inputFacets\" STRUCT( \"inputStatistics\" STRUCT(\"rowCount\" BIGINT, size BIGINT, \"fileCount\" BIGINT) ), \"outputFacets\" STRUCT( \"outputStatistics\" STRUCT(\"rowCount\" BIGINT, size BIGINT, \"fileCount\" BIGINT) ) )[]"
    }'))
from read_ndjson_objects(getvariable('files'))
