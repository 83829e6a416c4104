-- object: retention.held_at
-- kind: macro
-- grain: one row per object and legal hold that it is under at an instant
-- sources: retention.hold, lineage.alias, graph.node, graph.flow, registry.prediction, registry.version_name, silver.identity, silver.statement, silver.statement_node, silver.statement_edge, silver.statement_file, silver.described_file, silver.endpoint_event, silver.model_event
-- clause: a hold reaches up or down the lineage as it says, over every flow that was ever told, whatever it is called there
-- clause: it reaches the landing files, too, that speak of what it names or reaches: of a dataset or a version every run or event that names it, of a job all its runs
-- clause: of audit logs it reaches those that tell what was done to a version, or where it serves; what else logs say of a node is not found
-- clause: a hold on a person holds their predictions; what else is theirs is only found by an erasure request
-- clause: a hold on a case holds what other holds of its matter name
-- clause: as_of: the instant
-- clause: object_id: the object
-- clause: hold_id: the act that placed the hold
-- clause: matter: the case that it is for
-- clause: reason: why it was placed
-- clause: basis: named, upstream or downstream of what is named, or, of a landing file, tells of it

-- noqa: disable=layout.indent,references.qualification
create or replace macro retention.held_at(as_of) as table
with recursive placed as materialized (
    select
        hold.act_id,
        hold.matter,
        hold.reason,
        hold.reach,
        coalesce(alias.node_id, hold.subject) as object_id
    from retention.hold as hold
    left join lineage.alias as alias
        on hold.subject = alias.alias_node_id and alias.known_to_at is null
    where
        hold.known_to_at is null
        and governance.stands(hold.valid_from_at, hold.valid_to_at, as_of)
),

walk as (
    select
        placed.act_id,
        node.number,
        'upstream' as basis
    from placed
    inner join graph.node as node on placed.object_id = node.node_id
    where placed.reach in ('upstream', 'both')
    union all
    select
        placed.act_id,
        node.number,
        'downstream' as basis
    from placed
    inner join graph.node as node on placed.object_id = node.node_id
    where placed.reach in ('downstream', 'both')
    union
    select
        walk.act_id,
        if(walk.basis = 'upstream', flow.source_number, flow.target_number) as number,
        walk.basis
    from walk
    inner join graph.flow as flow
        on if(walk.basis = 'upstream', flow.target_number, flow.source_number) = walk.number
    where flow.known_to_at is null
),

reached as materialized (
    select distinct
        walk.act_id,
        node.node_id as object_id,
        walk.basis
    from walk
    inner join graph.node as node on walk.number = node.number
),

spoken_of as materialized (
    select
        placed.act_id,
        placed.object_id
    from placed
    union
    select
        reached.act_id,
        reached.object_id
    from reached
),

spoken_node as materialized (
    select distinct spoken_of.object_id
    from spoken_of
),

stated as (
    select
        node.node_id as object_id,
        node.statement_id
    from silver.statement_node as node
    where node.node_id in (select spoken_node.object_id from spoken_node)
    union
    select
        node.model_node_id as object_id,
        node.statement_id
    from silver.statement_node as node
    where node.model_node_id in (select spoken_node.object_id from spoken_node)
    union
    select
        edge.source_node_id as object_id,
        edge.statement_id
    from silver.statement_edge as edge
    where edge.source_node_id in (select spoken_node.object_id from spoken_node)
    union
    select
        edge.target_node_id as object_id,
        edge.statement_id
    from silver.statement_edge as edge
    where edge.target_node_id in (select spoken_node.object_id from spoken_node)
    union
    select
        job.node_id as object_id,
        statement.statement_id
    from graph.node as job
    inner join silver.statement as statement
        on job.namespace = statement.job_namespace and job.name = statement.job_name
    where
        job.kind = 'job'
        and job.node_id in (select spoken_node.object_id from spoken_node)
),

telling as (
    select
        stated.object_id,
        file.source_file
    from stated
    inner join silver.statement as statement on stated.statement_id = statement.statement_id
    inner join silver.statement_file as file on statement.whole_id = file.whole_id
    union
    select
        identity.node_id as object_id,
        file.source_file
    from silver.identity as identity
    inner join silver.described_file as file
        on identity.namespace = file.namespace and identity.name = file.name
    where identity.node_id in (select spoken_node.object_id from spoken_node)
    union
    select
        named.version_node_id as object_id,
        event.source_file
    from registry.version_name as named
    inner join silver.model_event as event
        on named.model = event.model_key and named.version = event.model_version
    where
        named.known_to_at is null
        and named.version_node_id in (select spoken_node.object_id from spoken_node)
    union
    select
        named.version_node_id as object_id,
        event.source_file
    from registry.version_name as named
    inner join silver.endpoint_event as event
        on named.model = event.model and named.version = event.version
    where
        named.known_to_at is null
        and named.version_node_id in (select spoken_node.object_id from spoken_node)
)

select distinct
    placed.object_id,
    placed.act_id as hold_id,
    placed.matter,
    placed.reason,
    'named' as basis
from placed
union
select
    reached.object_id,
    reached.act_id as hold_id,
    placed.matter,
    placed.reason,
    reached.basis
from reached
inner join placed on reached.act_id = placed.act_id and reached.object_id != placed.object_id
union
select
    'file:' || telling.source_file as object_id,
    placed.act_id as hold_id,
    placed.matter,
    placed.reason,
    'tells of it' as basis
from spoken_of
inner join telling on spoken_of.object_id = telling.object_id
inner join placed on spoken_of.act_id = placed.act_id
union
select
    concat_ws(
        ':', 'prediction', prediction.model, prediction.version,
        (prediction.decided_at at time zone 'UTC')::date
    ) as object_id,
    placed.act_id as hold_id,
    placed.matter,
    placed.reason,
    'named' as basis
from placed
inner join registry.prediction as prediction
    on placed.object_id = 'subject:' || prediction.subject_ref;
