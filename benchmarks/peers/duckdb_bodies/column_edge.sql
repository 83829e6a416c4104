with body as (
    select
        digest,
        any_value(body) as body
    from held
    where key = 'columnLineage'
    group by digest
),

output_field as (
    select
        digest,
        unnest(map_entries(from_json(body -> 'fields', '"MAP(VARCHAR, STRUCT(\"inputFields\" STRUCT(    \"namespace\" VARCHAR, \"name\" VARCHAR, field VARCHAR,     transformations STRUCT(\"type\" VARCHAR, subtype VARCHAR)[] )[]))"'))) as entry
    from body
),

input_field as (
    select
        digest,
        entry.key as field,
        unnest(entry.value."inputFields") as source
    from output_field
),

step as (
    select
        digest,
        field,
        source,
        unnest(source.transformations) as step
    from input_field
)

select
    digest,
    field,
    source.namespace as input_namespace,
    source.name as input_name,
    source.field as input_field,
    step.type as transformation_type,
    step.subtype as transformation_subtype
from step
