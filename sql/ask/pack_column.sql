-- object: ask.pack_column
-- kind: ask
-- grain: one row per column of the warehouse that is described
select
    described.schema_name || '.' || described.table_name as table_name,
    described.column_name,
    described.comment
from duckdb_columns() as described
where described.comment is not null and described.database_name = current_database()
order by all;
