-- object: silver.symlink
-- kind: facts
-- grain: one row per (dataset name, other name of it): what symlinks facets have stated
-- sources: step.new_facet, silver.symlink_facet
-- clause: OpenLineage SymlinksDatasetFacet 1-0-1
create table if not exists silver.symlink (
    namespace varchar,
    name varchar,
    other_namespace varchar,
    other_name varchar,
    other_type varchar,
    first_ns bigint,
    primary key (namespace, name, other_namespace, other_name)
);

create or replace table step.new_symlink as
select
    facet.namespace,
    facet.name,
    symlink.namespace as other_namespace,
    symlink.name as other_name,
    max(upper(symlink.type)) as other_type,
    min(facet.event_ns) as first_ns
from step.new_facet as facet
inner join silver.symlink_facet as symlink on facet.facet_digest = symlink.facet_digest
where
    facet.key = 'symlinks'
    and facet.namespace is not null
    and (facet.namespace, facet.name) != (symlink.namespace, symlink.name)
group by all;

insert into silver.symlink
select * from step.new_symlink
on conflict do update set
    other_type = greatest(other_type, excluded.other_type),
    first_ns = least(first_ns, excluded.first_ns);
