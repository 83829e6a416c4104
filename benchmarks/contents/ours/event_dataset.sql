create view event_dataset as
with volume as (
    select facet_digest, row_count, total_bytes from out_input_statistics
    union
    select facet_digest, row_count, total_bytes from out_output_statistics
),

counted as (
    select distinct
        held.holder_digest,
        volume.row_count,
        volume.total_bytes
    from out_holder_facet as held
    inner join volume on held.facet_digest = volume.facet_digest
    where held.key in ('inputStatistics', 'outputStatistics')
)

select
    event.run_id,
    make_timestamp(event.event_ns // 1000) as event_at,
    used.role as direction,
    used.namespace,
    used.name,
    counted.row_count,
    counted.total_bytes
from out_event_holder as used
inner join out_event as event on used.event_id = event.event_id
left join counted on used.holder_digest = counted.holder_digest
where used.role in ('input', 'output')
