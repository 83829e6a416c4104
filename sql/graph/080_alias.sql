-- object: lineage.alias
-- kind: history
-- grain: one row per (alias, node, basis, validity, known time): another identifier of a node
-- sources: silver.identity, silver.symlink, silver.statement_rename, silver.dataset_name
-- clause: OpenLineage SymlinksDatasetFacet 1-0-1, LifecycleStateChangeDatasetFacet 1-0-1
-- column alias_node_id: the other identifier, accepted wherever a node is
-- column node_id: the node that it stands for
-- column basis: symlink (equal names), spelling (the same name written otherwise), rename (the former name), naming (a model or endpoint written as a dataset)
-- column valid_from_at: the event from which the names are equal
-- column valid_to_at: null while they are
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.alias (
    alias_node_id varchar,
    node_id varchar,
    basis varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.alias as
with linked_name as (
    select
        symlink.namespace,
        symlink.name,
        symlink.first_ns
    from silver.symlink as symlink
    union all
    select
        symlink.other_namespace,
        symlink.other_name,
        symlink.first_ns
    from silver.symlink as symlink
),

linked as (
    select
        identity.spelled_namespace,
        identity.spelled_name,
        min(linked_name.first_ns) as first_ns
    from silver.identity as identity
    inner join linked_name
        on identity.namespace = linked_name.namespace and identity.name = linked_name.name
    group by all
),

written as (
    select
        identity.*,
        dataset_name.first_ns
    from silver.identity as identity
    inner join silver.dataset_name as dataset_name
        on identity.namespace = dataset_name.namespace and identity.name = dataset_name.name
),

-- As producers write it, and as the node would be called that it is an alias of by spelling alone.
called as (
    select
        written.*,
        if(
            (written.namespace, written.name)
            = (written.spelled_namespace, written.spelled_name),
            'naming',
            'spelling'
        ) as basis
    from written
    union all
    select
        written.* replace (
            written.spelled_namespace as namespace, written.spelled_name as name
        ),
        'naming' as basis
    from written
),

other_name as (
    select
        silver.node_of('dataset', called.namespace, called.name) as alias_node_id,
        called.node_id,
        if(called.is_linked, 'symlink', called.basis) as basis,
        min(if(called.is_linked, linked.first_ns, called.first_ns)) as from_ns
    from called
    left join linked
        on
            called.spelled_namespace = linked.spelled_namespace
            and called.spelled_name = linked.spelled_name
    group by all
    union all
    select
        previous.node_id as alias_node_id,
        current.node_id,
        'rename' as basis,
        min(renamed.renamed_ns) as from_ns
    from silver.statement_rename as renamed
    inner join silver.identity as previous
        on
            renamed.previous_namespace = previous.namespace
            and renamed.previous_name = previous.name
    inner join silver.identity as current
        on renamed.namespace = current.namespace and renamed.name = current.name
    group by all
)

select distinct
    other_name.alias_node_id,
    other_name.node_id,
    other_name.basis,
    silver.instant(other_name.from_ns) as valid_from_at
from other_name
where other_name.alias_node_id != other_name.node_id;

-- noqa: disable=layout.indent
merge into lineage.alias as told
using step.alias as fact
    on
        told.known_to_at is null
        and told.alias_node_id = fact.alias_node_id
        and told.node_id = fact.node_id
        and told.basis = fact.basis
        and told.valid_from_at = fact.valid_from_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        alias_node_id, node_id, basis, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.alias_node_id, fact.node_id, fact.basis, fact.valid_from_at, null,
        getvariable('known_at'), null
    );

delete from lineage.alias
where known_from_at = known_to_at;
