-- object: lineage.model_deployment
-- kind: view
-- grain: one row per (model version or model, deployment, job, validity, known time): what serves where
-- sources: lineage.edge, lineage.dropped
-- clause: it serves now where valid_to_at and known_to_at are null; a model stands where no version was named
-- clause: nothing serves where the deployment is dropped, from that on until a run writes it again; see lineage.dropped
-- column model_node_id: the model version, or the model where the producer named no version
-- column deployment_node_id: the deployment
-- column job_node_id: the job that deploys it
-- column last_run_id: the latest run that has said so
-- column valid_from_at: as in lineage.edge, or when the deployment was written again after a drop
-- column valid_to_at: as in lineage.edge, or when the deployment was dropped
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create or replace view lineage.model_deployment as
with deployed as (
    select
        row_number() over () as number,
        edge.*
    from lineage.edge as edge
    where
        edge.basis = 'deployment'
        and (
            starts_with(edge.source_node_id, 'modelVersion:')
            or starts_with(edge.source_node_id, 'model:')
        )
),

gone as (
    select
        deployed.number,
        dropped.valid_from_at,
        dropped.valid_to_at,
        dropped.known_from_at,
        dropped.known_to_at
    from deployed
    inner join lineage.dropped as dropped
        on deployed.target_node_id = dropped.dataset_node_id
    where
        (dropped.valid_to_at is null or dropped.valid_to_at > deployed.valid_from_at)
        and (deployed.valid_to_at is null or dropped.valid_from_at < deployed.valid_to_at)
        and (dropped.known_to_at is null or dropped.known_to_at > deployed.known_from_at)
        and (deployed.known_to_at is null or dropped.known_from_at < deployed.known_to_at)
),

-- What is known of drops changes between two of these times, never within.
turn as (
    select
        deployed.number,
        deployed.known_from_at as turned_at
    from deployed
    union
    select
        gone.number,
        unnest([gone.known_from_at, gone.known_to_at])
    from gone
),

belief as (
    select
        deployed.number,
        turn.turned_at as known_from_at,
        coalesce(
            lead(turn.turned_at) over (partition by deployed.number order by turn.turned_at),
            deployed.known_to_at
        ) as known_to_at
    from deployed
    inner join turn on deployed.number = turn.number
    where
        turn.turned_at >= deployed.known_from_at
        and (deployed.known_to_at is null or turn.turned_at < deployed.known_to_at)
),

start as (
    select
        belief.*,
        deployed.valid_from_at
    from belief
    inner join deployed on belief.number = deployed.number
    union
    select
        belief.*,
        gone.valid_to_at as valid_from_at
    from belief
    inner join gone on belief.number = gone.number
    inner join deployed on belief.number = deployed.number
    where
        gone.valid_to_at is not null
        and (deployed.valid_to_at is null or gone.valid_to_at < deployed.valid_to_at)
        and graph.holds(gone.known_from_at, gone.known_to_at, belief.known_from_at)
),

-- From a start that no drop covers until the next drop.
served as (
    select
        start.number,
        start.valid_from_at,
        start.known_from_at,
        start.known_to_at,
        min(gone.valid_from_at) filter (where gone.valid_from_at > start.valid_from_at)
            as dropped_at
    from start
    left join gone
        on
            start.number = gone.number
            and graph.holds(gone.known_from_at, gone.known_to_at, start.known_from_at)
    group by all
    having
        not coalesce(
            bool_or(
                gone.valid_from_at <= start.valid_from_at
                and (gone.valid_to_at is null or gone.valid_to_at > start.valid_from_at)
            ),
            false
        )
),

told as (
    select
        deployed.source_node_id as model_node_id,
        deployed.target_node_id as deployment_node_id,
        deployed.job_node_id,
        deployed.last_run_id,
        served.valid_from_at,
        least(served.dropped_at, deployed.valid_to_at) as valid_to_at,
        served.known_from_at,
        served.known_to_at
    from served
    inner join deployed on served.number = deployed.number
),

-- Two rows that follow each other and differ in known time alone are one belief.
followed as (
    select
        told.*,
        lag(told.known_to_at) over (
            partition by
                told.model_node_id,
                told.deployment_node_id,
                told.job_node_id,
                told.last_run_id,
                told.valid_from_at,
                told.valid_to_at
            order by told.known_from_at
        ) as previous_to_at
    from told
),

counted as (
    select
        followed.*,
        count(*) filter (
            where followed.known_from_at is distinct from followed.previous_to_at
        ) over (
            partition by
                followed.model_node_id,
                followed.deployment_node_id,
                followed.job_node_id,
                followed.last_run_id,
                followed.valid_from_at,
                followed.valid_to_at
            order by followed.known_from_at
            rows between unbounded preceding and current row
        ) as belief_number
    from followed
)

select
    counted.model_node_id,
    counted.deployment_node_id,
    counted.job_node_id,
    counted.last_run_id,
    counted.valid_from_at,
    counted.valid_to_at,
    min(counted.known_from_at) as known_from_at,
    if(bool_or(counted.known_to_at is null), null, max(counted.known_to_at)) as known_to_at
from counted
group by
    counted.model_node_id,
    counted.deployment_node_id,
    counted.job_node_id,
    counted.last_run_id,
    counted.valid_from_at,
    counted.valid_to_at,
    counted.belief_number;
