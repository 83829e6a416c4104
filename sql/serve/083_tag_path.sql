-- object: lineage.tag_path
-- kind: macro
-- grain: one row per (tag that reaches the given field, step from where it is declared to there): the proof
-- sources: graph.tagged, graph.meant, graph.known_field, graph.tag, graph.node, graph.field, lineage.tag, lineage.column_edge, lineage.edge
-- clause: the shortest way of the best status, of several the first by identifier; key and value keep to some tags
-- clause: of a field that nobody has named by then, and of field null, it says what is known of the node as a whole
-- clause: basis: declared; covered (by a tag of what it lies in); column (an edge between fields); dataset (nobody says which fields); part (it holds what is tagged)
-- clause: job_node_id: who states the tag or the edge; of several the first; null where a dataset event does

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.tag_path(
    node, field, key := null, value := null, as_of := null, known_at := null,
    include_indirect := false, max_steps := 1000
) as table
with recursive tagged as materialized (
    select reached.*
    from graph.tagged(node, as_of, known_at, include_indirect, max_steps) as reached
    where reached.depth <= max_steps
),

asked_node as (
    select meant.number
    from graph.meant(node, known_at := known_at) as meant
),

named as (
    select
        field_of.number,
        field_of.node_number
    from graph.field as field_of
    semi join asked_node on field_of.node_number = asked_node.number
    semi join graph.known_field(as_of, known_at) as known on field_of.number = known.number
    where field_of.field = field::varchar
),

asked as (
    select
        asked_node.number as node_number,
        coalesce(named.number, -1) as number
    from asked_node
    left join named on asked_node.number = named.node_number
),

tag as (
    select distinct
        tag.tag_number,
        tag.category,
        tag.key,
        tag.value
    from graph.tag as tag
    where (key is null or tag.key = key::varchar) and (value is null or tag.value = value::varchar)
),

best as (
    select
        tagged.node_number,
        tagged.number,
        tagged.tag_number,
        min(tagged.is_possible) as is_possible
    from tagged
    semi join tag on tagged.tag_number = tag.tag_number
    semi join asked on tagged.node_number = asked.node_number and tagged.number = asked.number
    group by tagged.node_number, tagged.number, tagged.tag_number
),

way as (
    select
        best.node_number as asked_number,
        0 as back,
        tagged.*
    from best
    inner join tagged
        on
            best.node_number = tagged.node_number
            and best.number = tagged.number
            and best.tag_number = tagged.tag_number
            and best.is_possible = tagged.is_possible
    union all
    select
        way.asked_number,
        way.back + 1,
        tagged.*
    from way
    inner join tagged
        on
            way.behind.node_number = tagged.node_number
            and way.behind.number = tagged.number
            and way.tag_number = tagged.tag_number
            and way.behind.is_possible = tagged.is_possible
),

stop as (
    select
        way.asked_number,
        way.tag_number,
        way.back,
        way.node_number,
        way.number,
        way.is_possible,
        way.behind.node_number as from_node_number,
        way.behind.number as from_number,
        case
            when way.behind.node_number is null and way.number = way.behind.origin_number
                then 'declared'
            when way.behind.node_number is null then 'covered'
        end as basis
    from way
    union all
    select
        way.asked_number,
        way.tag_number,
        way.back + 1,
        way.node_number,
        way.behind.origin_number,
        false,
        null,
        null,
        'declared'
    from way
    where way.behind.node_number is null and way.number != way.behind.origin_number
),

placed as (
    select
        stop.*,
        tag.category,
        tag.key,
        tag.value,
        place.node_id,
        place_field.field,
        earlier.node_id as from_node_id,
        earlier_field.field as from_field
    from stop
    inner join tag on stop.tag_number = tag.tag_number
    inner join graph.node as place on stop.node_number = place.number
    left join graph.field as place_field on stop.number = place_field.number
    left join graph.node as earlier on stop.from_node_number = earlier.number
    left join graph.field as earlier_field on stop.from_number = earlier_field.number
),

said as (
    select
        placed.asked_number,
        placed.tag_number,
        placed.back,
        0 as place,
        'declared' as basis,
        null::varchar as transformation_type,
        null::varchar as transformation_subtype,
        null::boolean as is_masking,
        told.job_node_id,
        told.valid_from_at,
        told.source
    from placed
    inner join lineage.tag as told
        on
            placed.node_id = told.node_id
            and placed.field is not distinct from told.field
            and placed.key = told.key
            and placed.value = told.value
    where
        placed.basis = 'declared'
        and graph.holds(told.valid_from_at, told.valid_to_at, as_of)
        and graph.holds(told.known_from_at, told.known_to_at, known_at)
    union all
    select
        placed.asked_number,
        placed.tag_number,
        placed.back,
        case
            when edge.source_field is null then 4
            when placed.from_field = edge.source_field then 0
            else 1
        end
        + if(placed.field is not distinct from edge.target_field, 0, 2) as place,
        'column' as basis,
        edge.transformation_type,
        edge.transformation_subtype,
        edge.is_masking,
        edge.job_node_id,
        edge.valid_from_at,
        null as source
    from placed
    inner join lineage.column_edge as edge
        on
            placed.from_node_id = edge.source_node_id
            and placed.node_id = edge.target_node_id
            and (
                edge.source_field is null
                or starts_with(placed.from_field || '.', edge.source_field || '.')
            )
            and (
                edge.target_field is null
                or starts_with(placed.field || '.', edge.target_field || '.')
            )
    where
        edge.is_masking is not true
        and (include_indirect or edge.transformation_type is distinct from 'INDIRECT')
        and graph.holds(edge.valid_from_at, edge.valid_to_at, as_of)
        and graph.holds(edge.known_from_at, edge.known_to_at, known_at)
    union all
    select
        placed.asked_number,
        placed.tag_number,
        placed.back,
        9 as place,
        'dataset' as basis,
        null as transformation_type,
        null as transformation_subtype,
        null as is_masking,
        edge.job_node_id,
        edge.valid_from_at,
        null as source
    from placed
    inner join lineage.edge as edge
        on placed.from_node_id = edge.source_node_id and placed.node_id = edge.target_node_id
    where
        placed.is_possible
        and graph.holds(edge.valid_from_at, edge.valid_to_at, as_of)
        and graph.holds(edge.known_from_at, edge.known_to_at, known_at)
),

first_said as (
    select
        said.asked_number,
        said.tag_number,
        said.back,
        min(said) as told
    from said
    group by said.asked_number, said.tag_number, said.back
),

proof as (
    select
        placed.*,
        coalesce(placed.basis, first_said.told.basis, 'part') as step_basis,
        first_said.told
    from placed
    left join first_said
        on
            placed.asked_number = first_said.asked_number
            and placed.tag_number = first_said.tag_number
            and placed.back = first_said.back
)

select
    proof.category,
    proof.key,
    proof.value,
    max(proof.back) over one - proof.back as step,
    proof.node_id,
    proof.field,
    case
        when proof.is_possible then 'possible'
        when proof.step_basis in ('declared', 'covered') then 'declared'
        else 'derived'
    end as status,
    proof.step_basis as basis,
    proof.told.transformation_type,
    proof.told.transformation_subtype,
    proof.told.is_masking,
    proof.told.job_node_id,
    proof.told.valid_from_at,
    case proof.step_basis
        when 'declared'
            then
                concat(
                    'tagged ', proof.key, '=', proof.value, ' by ',
                    coalesce(proof.told.source, 'nobody named'), ', as ',
                    coalesce(proof.told.job_node_id, 'a dataset event'), ' states'
                )
        when 'covered'
            then
                concat(
                    'lies in what is tagged',
                    if(proof.is_possible, '; nobody says of which fields that holds', '')
                )
        when 'part' then concat('holds ', proof.from_field)
        when 'column'
            then
                concat(
                    coalesce(lower(concat_ws(
                        ' ', proof.told.transformation_type, proof.told.transformation_subtype
                    )), ''),
                    ' of ',
                    if(proof.told.place < 4, proof.from_field, 'the whole, nobody says which fields'),
                    ', ',
                    if(proof.told.is_masking is null, 'not said to be masked', 'not masked'),
                    ', by ', coalesce(proof.told.job_node_id, 'a dataset event')
                )
        else
            concat(
                'takes from the one before by ',
                coalesce(proof.told.job_node_id, 'a dataset event'),
                '; nobody says which fields'
            )
    end as reason
from proof
window one as (partition by proof.asked_number, proof.tag_number)
order by proof.category, proof.key, proof.value, proof.asked_number, step;
