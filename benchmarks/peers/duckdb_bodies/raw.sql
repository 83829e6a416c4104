-- The files once, every facet left as its JSON text: facets repeat, so that few bodies are parsed.
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
            facets MAP(VARCHAR, VARCHAR),
            "inputFacets" MAP(VARCHAR, VARCHAR),
            "outputFacets" MAP(VARCHAR, VARCHAR)
        )[]',
        'outputs': 'STRUCT(
            "namespace" VARCHAR,
            "name" VARCHAR,
            facets MAP(VARCHAR, VARCHAR),
            "inputFacets" MAP(VARCHAR, VARCHAR),
            "outputFacets" MAP(VARCHAR, VARCHAR)
        )[]'
    }
)
