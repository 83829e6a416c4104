-- object: silver.registration
-- kind: facts
-- grain: one row per registration of a model in landing/registry/files, and per scan that read it
-- sources: bronze.document, step.new_batch
-- clause: every scan that found it counts: a file that is put back to what it once said says so again
-- column registry: where the model is registered; files if it does not say
-- column versions: those that it names, of a version named twice the last
create table if not exists silver.registration (
    document_id blob,
    registry varchar,
    name varchar,
    owner varchar,
    team varchar,
    risk_tier varchar,
    purpose varchar,
    versions struct(
        version varchar,
        registered_at timestamptz,
        artifact_sha256 varchar,
        run_id varchar,
        owner varchar,
        status varchar,
        trainer varchar,
        code varchar,
        card varchar,
        parameters json,
        metrics json,
        training_data varchar[],
        evaluation_data varchar[]
    )[],
    source_file varchar,
    source_offset bigint,
    ingested_at timestamptz
);

insert into silver.registration
with told as (
    select
        document.document_id,
        document.source_file,
        document.source_offset,
        document.ingested_at,
        from_json(
            document.body::json,
            '{
                "name": "VARCHAR",
                "registry": "VARCHAR",
                "owner": "VARCHAR",
                "team": "VARCHAR",
                "risk_tier": "VARCHAR",
                "purpose": "VARCHAR",
                "versions": [{
                    "version": "VARCHAR",
                    "registered_at": "VARCHAR",
                    "artifact_sha256": "VARCHAR",
                    "run_id": "VARCHAR",
                    "owner": "VARCHAR",
                    "status": "VARCHAR",
                    "trainer": "VARCHAR",
                    "code": "VARCHAR",
                    "card": "VARCHAR",
                    "parameters": "JSON",
                    "metrics": "JSON",
                    "training_data": ["VARCHAR"],
                    "evaluation_data": ["VARCHAR"]
                }]
            }'
        ) as registration
    from bronze.document as document
    semi join step.new_batch as batch on document.batch_id = batch.batch_id
    where document.kind = 'registration'
)

select
    told.document_id,
    coalesce(nullif(told.registration.registry, ''), 'files') as registry,
    told.registration.name,
    nullif(told.registration.owner, '') as owner,
    nullif(told.registration.team, '') as team,
    nullif(told.registration.risk_tier, '') as risk_tier,
    nullif(told.registration.purpose, '') as purpose,
    list_transform(
        list_filter(
            coalesce(told.registration.versions, []),
            lambda version, place: version.version is not null
            and not list_contains(
                list_transform(
                    told.registration.versions[place + 1:], lambda later: later.version
                ),
                version.version
            )
        ),
        lambda version: {
            'version': version.version,
            'registered_at': silver.written_at(version.registered_at),
            'artifact_sha256': version.artifact_sha256,
            'run_id': nullif(version.run_id, ''),
            'owner': nullif(version.owner, ''),
            'status': nullif(version.status, ''),
            'trainer': nullif(version.trainer, ''),
            'code': nullif(version.code, ''),
            'card': nullif(version.card, ''),
            'parameters': version.parameters,
            'metrics': version.metrics,
            'training_data': coalesce(version.training_data, []),
            'evaluation_data': coalesce(version.evaluation_data, [])
        }
    ) as versions,
    told.source_file,
    told.source_offset,
    told.ingested_at
from told
where told.registration.name is not null;
