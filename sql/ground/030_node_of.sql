-- object: silver.node_of
-- kind: ground
-- grain: scalar; the identifier of a node from its kind, namespace and name
create macro if not exists silver.node_of(kind, namespace, name) as
kind || ':' || namespace || ':' || silver.encode_part(name);
