-- object: ask.act_of_file
-- kind: ask
-- grain: one row: the act of a file, and what speaks against it
-- sources: silver.act, silver.document, governance.approval_at, governance.waiver_at, governance.break_glass_at

-- noqa: disable=references.qualification
with objected as (
    select
        act_id,
        objections
    from governance.approval_at($rules, $version, $as_of)
    union all
    select
        act_id,
        objections
    from governance.waiver_at($rules, $version, $as_of)
    union all
    select
        act_id,
        objections
    from governance.break_glass_at($rules, $version, $as_of)
)

select
    act.act_id,
    objected.objections
from silver.act as act
inner join silver.document as document on act.act_id = lower(hex(document.document_id))
left join objected on act.act_id = objected.act_id
where document.source_file = $file::varchar;
