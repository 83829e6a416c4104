-- object: registry.version_dataset
-- kind: history
-- grain: one row per (version, context, dataset, digest, source, validity, known time): data that the run behind a version read
-- sources: step.version_span, step.known_dataset, step.listing_point, step.lasting
-- clause: valid while the version is registered, from the poll or the scan that first shows it
-- clause: the node is the one that the tags openlineage.namespace and openlineage.name spell; else the name, if it is a dataset's identifier; else what stands at the source, if lineage knows it; by what it knew at the scan
-- column version_node_id: the version
-- column context: what for, as the run says: training, evaluation and others; null if it does not
-- column dataset_name: as the registry names it
-- column dataset_digest: the registry's digest of what was read; not comparable with those of other systems
-- column dataset_node_id: the node in lineage; null if nothing says which it is
-- column source: who says so: mlflow, files or sagemaker
-- column seen_at: the poll or the scan that first showed it
-- column document_id: that document
-- column valid_from_at: from when it is so
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.version_dataset (
    version_node_id varchar,
    context varchar,
    dataset_name varchar,
    dataset_digest varchar,
    dataset_node_id varchar,
    source varchar,
    seen_at timestamptz,
    document_id blob,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.told_dataset as
with told as (
    select
        span.listing,
        span.version_node_id,
        span.first_n,
        span.last_n,
        span.made_at,
        coalesce(span.run_document_id, span.document_id) as document_id,
        unnest(span.inputs) as input
    from step.version_span as span
)

select
    told.listing,
    {
        'version_node_id': told.version_node_id,
        'context': told.input.context,
        'dataset_name': told.input.name,
        'dataset_digest': told.input.digest
    } as subject,
    told.first_n,
    told.last_n,
    min({
        'lineage_namespace': told.input.lineage_namespace,
        'lineage_name': told.input.lineage_name,
        'source': told.input.source
    }) as item,
    told.made_at,
    told.document_id
from told
where told.input.name is not null
group by
    told.listing, told.version_node_id, told.input.context, told.input.name, told.input.digest,
    told.first_n, told.last_n, told.made_at, told.document_id;

create or replace table step.version_dataset as
with named as (
    select
        lasting.*,
        case
            when
                lasting.item.lineage_namespace != '' and lasting.item.lineage_name != ''
                then silver.node_of(
                    'dataset',
                    silver.spelled_namespace(lasting.item.lineage_namespace),
                    silver.spelled_name(
                        silver.spelled_namespace(lasting.item.lineage_namespace),
                        lasting.item.lineage_name
                    )
                )
            when
                regexp_matches(lasting.subject.dataset_name, '^dataset:.+:[^:]+$')
                then lasting.subject.dataset_name
        end as said_node_id,
        silver.located(
            if(
                starts_with(lasting.item.source, '{') and json_valid(lasting.item.source),
                coalesce(
                    lasting.item.source ->> '$.uri',
                    lasting.item.source ->> '$.url',
                    lasting.item.source ->> '$.path'
                ),
                lasting.item.source
            )
        ) as place
    from step.lasting('step.told_dataset', 'step.listing_point') as lasting
)

select
    named.subject.version_node_id,
    named.subject.context,
    named.subject.dataset_name,
    named.subject.dataset_digest,
    coalesce(said.node_id, named.said_node_id, placed.node_id) as dataset_node_id,
    named.listing.source,
    named.seen_at,
    named.document_id,
    named.valid_from_at,
    named.valid_to_at
from named
left join step.known_dataset as said on named.said_node_id = said.alias_node_id
left join step.known_dataset as placed
    on silver.node_of('dataset', named.place.namespace, named.place.name) = placed.alias_node_id;

-- noqa: disable=layout.indent
merge into registry.version_dataset as told
using step.version_dataset as fact
    on
        told.known_to_at is null
        and told.version_node_id = fact.version_node_id
        and told.context is not distinct from fact.context
        and told.dataset_name = fact.dataset_name
        and told.dataset_digest is not distinct from fact.dataset_digest
        and told.dataset_node_id is not distinct from fact.dataset_node_id
        and told.source = fact.source
        and told.seen_at = fact.seen_at
        and told.document_id = fact.document_id
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, context, dataset_name, dataset_digest, dataset_node_id, source, seen_at,
        document_id, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.context, fact.dataset_name, fact.dataset_digest,
        fact.dataset_node_id, fact.source, fact.seen_at, fact.document_id, fact.valid_from_at,
        fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.version_dataset
where known_from_at = known_to_at;
