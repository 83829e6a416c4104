-- object: step.restated
-- kind: ground
-- grain: one row per row of what is stated, and per later event of its statement that names the target as an output
-- clause: events of a run add up, so that whichever speaks of an output again says again all that is known of it by then
-- column stated: a table of what is stated: statement_id, target_node_id, stated_ns, completed_ns, and what else it has
-- column named: a table of when outputs were named: statement_id, target_node_id, named_ns

-- noqa: disable=layout.indent,references.qualification
create or replace macro step.restated(stated, named) as table
with statement as (
    select * from query_table(stated)
)

select statement.*
from statement
union all by name
select statement.* replace (output.named_ns as stated_ns)
from statement
inner join query_table(named) as output
    on
        statement.statement_id = output.statement_id
        and statement.target_node_id = output.target_node_id
        and statement.stated_ns < output.named_ns
where output.named_ns is distinct from statement.completed_ns;
