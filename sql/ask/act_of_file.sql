-- object: ask.act_of_file
-- kind: ask
-- grain: one row: the act of a file
-- sources: silver.act, silver.document

-- noqa: disable=references.qualification
select act.act_id
from silver.act as act
inner join silver.document as document on act.act_id = lower(hex(document.document_id))
where document.source_file = $file::varchar;
