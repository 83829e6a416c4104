with body as (
    select
        digest,
        any_value(body) as body
    from held
    where key = 'schema'
    group by digest
),

described as (
    select
        digest,
        unnest(
            from_json(body, '{"fields": [{"name": "VARCHAR", "type": "VARCHAR"}]}').fields
        ) as field
    from body
)

select
    digest,
    field.name as field_path,
    field.type as type
from described
