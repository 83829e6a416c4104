-- object: retention.archived
-- kind: view
-- grain: one row per object and move of it into the archive that was begun
-- sources: silver.act, silver.act_signature, silver.log_signer, retention.disposition
-- clause: what this program says of a move counts where the key of the log has signed it
-- clause: a copy is called after the SHA-256 of what it holds, and tells nothing of where that lay
-- column object_id: the object
-- column move: tells the move from every other
-- column state: begun (some of it may lie in both places), abandoned (begun, and begun anew later), archived (all of it lies in the archive alone), restored (it lies in both places), disposed (it is gone from both, with a certificate)
-- column store: what kind of store it lay in, such as workspace
-- column archive: where its copies lie: a folder, or s3:// with bucket and prefix
-- column plan_sha256: the plan by which; null if by nobody's but the actor's word
-- column pieces: each with place, version, size_bytes and sha256 as it lay, and stored_as, stored_bytes and stored_sha256 as it lies in the archive, those two null until it is archived
-- column total_bytes: of what was moved
-- column stored_bytes: of the copies, a copy of several pieces counted once; null until it is archived
-- column archived_by: who archived it, as the act names them
-- column began_at: when that was begun
-- column archived_at: when the copies had been read back and all else of it was gone; null until then
-- column restored_by: who restored it last, as the act names them; null if nobody did
-- column restored_at: when that was; null likewise
-- column disposed_at: when it was disposed of; null if it is not
-- column known_from_at: the scan that told us of the last of it

-- noqa: disable=references.qualification
create or replace view retention.archived as
with said as (
    select
        act.act,
        act.subject as object_id,
        act.actor_id,
        act.acted_at,
        act.data,
        act.ingested_at,
        act.data ->> '$.move' as move
    from silver.act as act
    inner join silver.act_signature as signature
        on act.act_id = lower(hex(signature.document_id)) and signature.status = 'valid'
    where
        act.area = 'retention'
        and act.act in ('archiving', 'archived', 'restored')
        and signature.public_key in (select signer.public_key from silver.log_signer as signer)
),

moved as (
    select
        said.object_id,
        said.move,
        max(said.data ->> '$.store') as store,
        max(said.data ->> '$.archive') as archive,
        max(said.data ->> '$.plan_sha256') as plan_sha256,
        arg_max(
            said.data -> '$.pieces', (said.act = 'archived', said.acted_at)
        ) filter (where said.act != 'restored') as pieces,
        arg_max(
            said.actor_id, (said.act = 'archived', said.acted_at)
        ) filter (where said.act != 'restored') as archived_by,
        min(said.acted_at) as began_at,
        min(said.acted_at) filter (where said.act = 'archived') as archived_at,
        arg_max(said.actor_id, said.acted_at) filter (where said.act = 'restored') as restored_by,
        max(said.acted_at) filter (where said.act = 'restored') as restored_at,
        max(said.ingested_at) as known_from_at
    from said
    group by said.object_id, said.move
),

listed as (
    select
        moved.* replace (
            from_json(
                moved.pieces,
                '[{"place": "VARCHAR", "version": "VARCHAR", "size_bytes": "BIGINT",'
                || ' "sha256": "VARCHAR", "stored_as": "VARCHAR", "stored_bytes": "BIGINT",'
                || ' "stored_sha256": "VARCHAR"}]'
            ) as pieces
        )
    from moved
),

disposed as (
    select
        disposition.object_id,
        max(disposition.ended_at) as disposed_at,
        max(disposition.known_from_at) as known_from_at
    from retention.disposition as disposition
    where disposition.state = 'disposed'
    group by disposition.object_id
)

select
    moved.object_id,
    moved.move,
    case
        when disposed.disposed_at >= moved.began_at then 'disposed'
        when moved.restored_at is not null then 'restored'
        when moved.archived_at is not null then 'archived'
        when
            moved.began_at
            < max(moved.began_at) over (partition by moved.object_id)
            then 'abandoned'
        else 'begun'
    end as state,
    moved.store,
    moved.archive,
    moved.plan_sha256,
    moved.pieces,
    list_sum(list_transform(moved.pieces, lambda one: one.size_bytes))::bigint as total_bytes,
    if(
        moved.archived_at is null,
        null,
        coalesce(
            list_sum(
                list_transform(
                    list_distinct(
                        list_transform(
                            moved.pieces,
                            lambda one: {'stored_as': one.stored_as, 'stored_bytes': one.stored_bytes}
                        )
                    ),
                    lambda one: one.stored_bytes
                )
            ),
            0
        )
    )::bigint as stored_bytes,
    moved.archived_by,
    moved.began_at,
    moved.archived_at,
    moved.restored_by,
    moved.restored_at,
    if(disposed.disposed_at >= moved.began_at, disposed.disposed_at, null) as disposed_at,
    if(
        disposed.disposed_at >= moved.began_at,
        greatest(moved.known_from_at, disposed.known_from_at),
        moved.known_from_at
    ) as known_from_at
from listed as moved
left join disposed on moved.object_id = disposed.object_id;
