-- object: step.record
-- kind: step
-- grain: one row per record that counts at the instant that is asked about: the last that was told of its kind and name, or of its kind and what it is about
-- sources: silver.record, registry.model
-- clause: a model that is named is the one registered by that name, if there is just one; else its name stands for itself

-- noqa: disable=references.qualification
create or replace table step.record as
with told as (
    select
        record.*,
        row_number() over (
            partition by
                record.kind,
                if(
                    record.name is null,
                    to_json([record.model, record.version, record.dataset_node_id, record.system])::varchar,
                    record.name
                ),
                record.name is null
            order by
                record.ingested_at desc, record.updated_at desc, record.approved_at desc, record.record_id
        ) as place
    from silver.record as record
    where record.ingested_at <= getvariable('known_at')
),

named as (
    select
        model.name,
        if(count(distinct model.model_node_id) = 1, min(model.model_node_id), null) as model_node_id
    from registry.model as model
    where graph.holds(model.known_from_at, model.known_to_at, getvariable('known_at'))
    group by model.name
)

select
    told.* exclude (place),
    if(starts_with(told.model, 'model:'), told.model, named.model_node_id) as model_node_id
from told
left join named on told.model = named.name
where told.place = 1 and (told.ends_at is null or told.ends_at > getvariable('as_of'));
