-- object: silver.id_prefix
-- kind: ground
-- grain: scalar; the first eight bytes of an identifier as a number: it finds candidates, it proves nothing
create macro if not exists silver.id_prefix(id) as id[1:8]::bit::ubigint;
