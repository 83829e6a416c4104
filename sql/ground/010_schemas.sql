-- object: lineage
-- kind: ground
-- grain: the schemas of the warehouse
create schema if not exists silver;
create schema if not exists lineage;
create schema if not exists quality;
create schema if not exists audit;
create schema if not exists registry;
create schema if not exists governance;
create schema if not exists graph;
create schema if not exists retention;
create schema if not exists compliance;
