-- object: lineage.dataset_field
-- kind: history
-- grain: one row per (dataset, field, validity, known time)
-- sources: step.united, step.new_schema_statement, step.touched_run, step.changed_name, silver.schema_statement, silver.schema_facet, silver.identity, lineage.run
-- clause: what writers state comes before what readers state; between two statements the earlier holds
-- clause: once a writer has taken its schema back, or states none, what readers state counts until a writer states one again
-- clause: a run that fails or is aborted leaves the fields as they are: what it wrote counts where nobody else states any
-- column dataset_node_id: the dataset
-- column field_path: the field, nested names joined with dots
-- column ordinal: its place among its siblings, from 0
-- column type: the type as the producer writes it
-- column valid_from_at: the event that first states it
-- column valid_to_at: the event from which it no longer holds; null while it does
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.dataset_field (
    dataset_node_id varchar,
    field_path varchar,
    ordinal bigint,
    type varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.touched_schema as
select distinct identity.node_id as dataset_node_id
from step.new_schema_statement as stated
inner join silver.identity as identity
    on stated.namespace = identity.namespace and stated.name = identity.name
union
select identity.node_id as dataset_node_id
from silver.schema_statement as stated
semi join step.touched_run as touched on stated.run_id = touched.run_id
inner join silver.identity as identity
    on stated.namespace = identity.namespace and stated.name = identity.name
where stated.is_by_writer
union
select identity.node_id as dataset_node_id
from step.changed_name as changed
inner join silver.identity as identity
    on changed.namespace = identity.namespace and changed.name = identity.name
union
select changed.old_node_id as dataset_node_id
from step.changed_name as changed;

create or replace table step.field_spell as
with stated as (
    select
        identity.node_id as dataset_node_id,
        statement.event_ns,
        case
            when not statement.is_by_writer then 2
            when run.state in ('FAIL', 'ABORT') then 3
            else 1
        end as authority,
        max(statement.facet_digest) as facet_digest
    from silver.schema_statement as statement
    left join lineage.run as run on statement.run_id = run.run_id
    inner join silver.identity as identity
        on statement.namespace = identity.namespace and statement.name = identity.name
    semi join step.touched_schema as touched on identity.node_id = touched.dataset_node_id
    group by identity.node_id, statement.event_ns, authority
),

told as (
    select
        stated.*,
        stated.facet_digest not in (select field.facet_digest from silver.schema_facet as field)
            as is_empty,
        min(stated.authority) over (partition by stated.dataset_node_id) as highest
    from stated
),

-- What writers state outranks readers until they take it back.
authoritative as (
    select
        told.*,
        last_value(if(told.authority = told.highest, told.is_empty, null) ignore nulls) over (
            partition by told.dataset_node_id
            order by told.event_ns
            range between unbounded preceding and current row
        ) as is_taken_back,
        bool_or(told.authority = told.highest) over (
            partition by told.dataset_node_id, told.event_ns
        ) as is_beside
    from told
),

ordered as (
    select
        authoritative.*,
        row_number() over (
            partition by authoritative.dataset_node_id order by authoritative.event_ns
        ) as place,
        lag(authoritative.facet_digest) over (
            partition by authoritative.dataset_node_id order by authoritative.event_ns
        ) as before
    from authoritative
    where
        authoritative.authority = authoritative.highest
        or (
            authoritative.authority = 2
            and authoritative.highest = 1
            and authoritative.is_taken_back
            and not authoritative.is_beside
        )
),

change as (
    select
        ordered.*,
        lead(ordered.event_ns) over (
            partition by ordered.dataset_node_id order by ordered.event_ns
        ) as to_ns
    from ordered
    where ordered.place = 1 or ordered.facet_digest is distinct from ordered.before
)

select distinct
    {
        'dataset_node_id': change.dataset_node_id,
        'field_path': field.field_path,
        'ordinal': field.ordinal,
        'type': field.type
    } as subject,
    change.event_ns as from_ns,
    coalesce(change.to_ns, 9223372036854775807) as to_ns
from change
inner join silver.schema_facet as field on change.facet_digest = field.facet_digest;

create or replace table step.dataset_field as
select
    unnest(united.subject),
    silver.instant(united.from_ns) as valid_from_at,
    silver.instant(nullif(united.to_ns, 9223372036854775807)) as valid_to_at
from step.united('step.field_spell') as united;

-- noqa: disable=layout.indent
merge into lineage.dataset_field as told
using step.dataset_field as fact
    on
        told.known_to_at is null
        and told.dataset_node_id = fact.dataset_node_id
        and told.field_path = fact.field_path
        and told.ordinal is not distinct from fact.ordinal
        and told.type is not distinct from fact.type
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source
    and told.known_to_at is null
    and told.dataset_node_id in (
        select touched.dataset_node_id from step.touched_schema as touched
    )
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        dataset_node_id, field_path, ordinal, type,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.dataset_node_id, fact.field_path, fact.ordinal, fact.type,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from lineage.dataset_field
where known_from_at = known_to_at;
