-- object: silver.gone_of
-- kind: ground
-- grain: one row per segment of a file of which not all that was accepted is there: how much is not
-- clause: accepted: the name of rows like those of bronze.segment
-- clause: occurrence: the name of one row per record that is there: batch_id, source_file, source_offset

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.gone_of(accepted, occurrence) as table
with lacking as (
    select
        segment.batch_id,
        segment.source_file,
        sum(segment.accepted_count) as accepted_count
    from query_table(accepted) as segment
    group by segment.batch_id, segment.source_file
    except
    select
        record.batch_id,
        record.source_file,
        count(*) as accepted_count
    from query_table(occurrence) as record
    group by record.batch_id, record.source_file
)

select
    segment.batch_id,
    segment.source_file,
    segment.start_offset,
    segment.ingested_at,
    any_value(segment.accepted_count) - count(record.source_offset) as gone_count
from query_table(accepted) as segment
semi join lacking
    on segment.batch_id = lacking.batch_id and segment.source_file = lacking.source_file
left join query_table(occurrence) as record
    on
        segment.batch_id = record.batch_id
        and segment.source_file = record.source_file
        and segment.start_offset <= record.source_offset
        and segment.end_offset > record.source_offset
group by segment.batch_id, segment.source_file, segment.start_offset, segment.ingested_at;
