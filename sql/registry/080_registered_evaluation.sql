-- object: step.registered_evaluation
-- kind: step
-- grain: one row per (version, metric, slice, dataset, validity): what a registry says was measured of a version
-- sources: step.version_span, step.listing_point, step.lasting
-- clause: a metric of a logged model counts for that of its run by the same name, because it says on which data
-- clause: of a metric that is told twice of the same data the latest counts
-- column slice: what follows the first dot of the name; all if there is none
create or replace table step.told_evaluation as
with measured as (
    select
        span.listing,
        span.version_node_id,
        span.first_n,
        span.last_n,
        span.made_at,
        span.run_id,
        coalesce(span.model_document_id, span.document_id) as document_id,
        unnest(span.model_metrics) as metric
    from step.version_span as span
    union all
    select
        span.listing,
        span.version_node_id,
        span.first_n,
        span.last_n,
        span.made_at,
        span.run_id,
        coalesce(span.run_document_id, span.document_id) as document_id,
        unnest(list_transform(
            list_filter(
                span.run_metrics,
                lambda metric: not list_contains(
                    list_transform(span.model_metrics, lambda other: other.name), metric.name
                )
            ),
            lambda metric: {
                'name': metric.name,
                'value': metric.value,
                'measured_at': metric.measured_at,
                'dataset_name': null::varchar,
                'dataset_digest': null::varchar,
                'run_id': null::varchar
            }
        )) as metric
    from step.version_span as span
)

select
    measured.listing,
    {
        'version_node_id': measured.version_node_id,
        'name': measured.metric.name,
        'dataset_name': measured.metric.dataset_name,
        'dataset_digest': measured.metric.dataset_digest
    } as subject,
    measured.first_n,
    measured.last_n,
    max_by(
        {
            'value': measured.metric.value,
            'measured_at': measured.metric.measured_at,
            'run_id': coalesce(measured.metric.run_id, measured.run_id)
        },
        (
            coalesce(measured.metric.measured_at, '1970-01-01'::timestamptz),
            coalesce(measured.metric.value, '-infinity'::double)
        )
    ) as item,
    measured.made_at,
    measured.document_id
from measured
where measured.metric.name is not null
group by
    measured.listing, measured.version_node_id, measured.first_n, measured.last_n,
    measured.made_at, measured.document_id, measured.metric.name, measured.metric.dataset_name,
    measured.metric.dataset_digest;

create or replace table step.registered_evaluation as
with lasting as (
    select
        lasting.*,
        -- A slice called all would pass for the whole.
        regexp_matches(lasting.subject.name, '^[^.]+[.].')
        and not ends_with(lasting.subject.name, '.all') as is_sliced
    from step.lasting('step.told_evaluation', 'step.listing_point') as lasting
)

select
    lasting.subject.version_node_id,
    if(
        lasting.is_sliced,
        regexp_extract(lasting.subject.name, '^([^.]+)[.]', 1),
        lasting.subject.name
    ) as metric,
    if(
        lasting.is_sliced,
        regexp_extract(lasting.subject.name, '^[^.]+[.](.*)$', 1, 's'),
        'all'
    ) as slice,
    lasting.item.value,
    lasting.item.measured_at,
    lasting.subject.dataset_name,
    lasting.subject.dataset_digest,
    lasting.item.run_id,
    'evaluation' as phase,
    lasting.document_id,
    lasting.listing.source,
    lasting.seen_at,
    lasting.valid_from_at,
    lasting.valid_to_at
from lasting;
