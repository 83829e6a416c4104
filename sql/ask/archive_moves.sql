-- object: ask.archive_moves
-- kind: ask
-- grain: one row per move into the archive that is not disposed of, of one object or, if $object is null, of all; the latest first
-- sources: retention.archived

-- noqa: disable=references.qualification
select
    archived.object_id,
    archived.move,
    archived.state,
    archived.store,
    archived.archive,
    archived.plan_sha256,
    to_json(archived.pieces)::varchar as pieces
from retention.archived as archived
where
    archived.state != 'disposed'
    and ($object::varchar is null or archived.object_id = $object)
order by archived.object_id, archived.began_at desc, archived.state = 'restored', archived.move;
