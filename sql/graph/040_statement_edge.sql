-- object: silver.statement_edge
-- kind: facts
-- grain: one row per (statement, source node, target node): a flow that it states
-- sources: step.graph_statement, step.statement_explicit, step.explained_target, step.statement_column_source, step.statement_inferred, step.covered_target, silver.statement_node, silver.statement_change, silver.statement_rename, silver.identity, silver.statement, lineage.run
-- clause: for each output, explicit lineage comes first, then stated column lineage, then what SQL says, then inputs times outputs
-- clause: SQL whose tables are all known leaves no input to guess, so that one it does not name is unexplained; else inputs times outputs stay beside it
-- clause: nothing is taken to flow into what a run drops
-- clause: a run that fails or is aborted deploys nothing
-- column basis_rank: 1 explicit, 2 column, 3 inferred, 4 cartesian, 5 registry, 6 deployment
-- column owner_id: who states it: the job, or the dataset itself where a dataset event does
-- column stated_ns: when the statement first held both ends
create table if not exists silver.statement_edge (
    statement_id varchar,
    run_id varchar,
    owner_id varchar,
    source_node_id varchar,
    target_node_id varchar,
    basis varchar,
    basis_rank integer,
    stated_ns bigint
);

delete from silver.statement_edge
where statement_id in (select graph_statement.statement_id from step.graph_statement);

insert into silver.statement_edge
with node as (
    select statement_node.*
    from silver.statement_node as statement_node
    semi join step.graph_statement as touched
        on statement_node.statement_id = touched.statement_id
),

explained as (
    select
        stated.statement_id,
        stated.target_node_id
    from step.statement_column_source as stated
    union
    select
        explained_target.statement_id,
        explained_target.target_node_id
    from step.explained_target as explained_target
    union
    select
        covered.statement_id,
        covered.target_node_id
    from step.covered_target as covered
),

flow as (
    select
        explicit.statement_id,
        explicit.source_node_id,
        explicit.target_node_id,
        'explicit' as basis,
        1 as basis_rank,
        explicit.first_ns as stated_ns
    from step.statement_explicit as explicit
    where explicit.source_node_id is not null
    union all
    select
        stated.statement_id,
        stated.source_node_id,
        stated.target_node_id,
        'column' as basis,
        2 as basis_rank,
        stated.stated_ns
    from step.statement_column_source as stated
    union all
    select
        inferred.statement_id,
        inferred.source_node_id,
        inferred.target_node_id,
        'inferred' as basis,
        3 as basis_rank,
        inferred.stated_ns
    from step.statement_inferred as inferred
    union all
    select
        input.statement_id,
        input.node_id,
        output.node_id,
        'cartesian' as basis,
        4 as basis_rank,
        greatest(input.first_ns, output.first_ns)
    from node as input
    inner join node as output
        on input.statement_id = output.statement_id and output.direction = 'output'
    anti join explained
        on
            output.statement_id = explained.statement_id
            and output.node_id = explained.target_node_id
    anti join silver.statement_change as change
        on
            output.statement_id = change.statement_id
            and output.node_id = change.node_id
            and change.state_change = 'DROP'
    where input.direction = 'input'
    union all
    select
        renamed.statement_id,
        previous.node_id,
        current.node_id,
        'explicit' as basis,
        1 as basis_rank,
        renamed.renamed_ns
    from silver.statement_rename as renamed
    semi join step.graph_statement as touched on renamed.statement_id = touched.statement_id
    inner join silver.identity as previous
        on
            renamed.previous_namespace = previous.namespace
            and renamed.previous_name = previous.name
    inner join silver.identity as current
        on renamed.namespace = current.namespace and renamed.name = current.name
    union all
    select
        version.statement_id,
        version.node_id,
        version.model_node_id,
        'registry' as basis,
        5 as basis_rank,
        version.first_ns
    from node as version
    where version.kind = 'modelVersion' and version.direction = 'output'
),

owner as (
    select
        statement.statement_id,
        statement.run_id,
        silver.node_of('job', statement.job_namespace, statement.job_name) as job_node_id
    from silver.statement as statement
    semi join step.graph_statement as touched on statement.statement_id = touched.statement_id
)

select
    flow.statement_id,
    any_value(owner.run_id) as run_id,
    coalesce(any_value(owner.job_node_id), flow.target_node_id) as owner_id,
    flow.source_node_id,
    flow.target_node_id,
    case
        when starts_with(flow.target_node_id, 'deployment:') then 'deployment'
        else arg_min(flow.basis, flow.basis_rank)
    end as basis,
    min(flow.basis_rank) as basis_rank,
    min(flow.stated_ns) as stated_ns
from flow
inner join owner on flow.statement_id = owner.statement_id
anti join lineage.run as failed
    on
        starts_with(flow.target_node_id, 'deployment:')
        and owner.run_id = failed.run_id
        and failed.state in ('FAIL', 'ABORT')
group by flow.statement_id, flow.source_node_id, flow.target_node_id;
