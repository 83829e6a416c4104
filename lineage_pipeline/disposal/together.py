"""What the workspace itself keeps goes together, since all that was built on it is built anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.forgetting import Going, take_out_records
from lineage_pipeline.disposal.reclaiming import files_with_rows, take_out_files
from lineage_pipeline.disposal.stores.opening import is_file, is_record
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.lake.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lineage_pipeline.disposal.stores.opening import Stores
    from lineage_pipeline.pipeline import Workspace


def goes_together(object_id: str) -> bool:
    """Return whether an object is a landing file, or what people, registries and models wrote."""
    return is_file(object_id) or is_record(object_id)


def go(
    workspace: Workspace, stores: Stores, object_ids: Collection[str], reason: str, now: datetime
) -> set[str]:
    """Delete such objects with all that was read from them; return the files that have rows still.

    Args:
        workspace: where.
        stores: where the objects lie.
        object_ids: the objects.
        reason: the clause or policy by which; it must not name a person.
        now: the known time.

    Raises:
        LeftError: a landing file cannot be read to its end.
        ProofError: rows are not those that were sealed: nothing goes that was tampered with.
        StorageError: something cannot be written; ask for the same again.
    """
    files = [stores.of(one)[1] for one in object_ids if is_file(one)]
    wanted = [one for one in object_ids if is_record(one)]
    with exclusive(workspace.paths.lock, wait=True):
        if files:
            take_out_files(workspace, files, reason, microseconds(now))
        records = [leaving for one in wanted for leaving in stores.recorded.leaving(one)]
        if records:
            take_out_records(workspace, Going(records, (), (), reason, now))
            stores.recorded.look_anew()
        if files or records:
            pipeline.publish_warehouse(workspace, from_nothing=True)
    return files_with_rows(workspace.paths, files)
