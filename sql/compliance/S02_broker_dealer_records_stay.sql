-- object: control.S02
-- kind: control
-- grain: one row per card, decision or approval that is kept or was disposed of
-- sources: step.kept_object, step.disposed_object, step.classified_model
-- clause: six years for all classes of records, since nobody says which of them need three
with document as (
    select
        kept.*,
        kept.created_at as anchor_at
    from step.kept_object as kept
    inner join step.classified_model as classified on kept.model_node_id = classified.model_node_id
    where
        list_contains(classified.uses, 'broker-dealer records')
        and kept.class in ('card', 'decision', 'approval')
)

select
    document.model_node_id as scope,
    document.object_id,
    document.anchor_at is not null or document.goes_at is null as is_tested,
    if(
        document.goes_at < document.anchor_at + to_years(step.number_of('S02', 'years')),
        'rule '
        || document.rule
        || ' lets it go at '
        || strftime(document.goes_at at time zone 'UTC', '%Y-%m-%d'),
        null
    ) as finding,
    if(
        document.anchor_at is null and document.goes_at is not null,
        'nobody says when it was made',
        null
    ) as missing,
    document.anchor_at as since_at,
    []::varchar [] as evidence
from document
union all
select
    null as scope,
    disposed.object_id,
    false as is_tested,
    null as finding,
    'its certificate does not say when it was made' as missing,
    disposed.ended_at as since_at,
    [disposed.certificate_sha256] as evidence
from step.disposed_object as disposed
where disposed.class in ('card', 'decision', 'approval');
