"""A batch made visible as a whole, or swept away: a commit for each table, the manifest last."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from lineage_pipeline.lake.tables import DataFile, LakeTable

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.scan.tasks import Manifest

JOURNAL: Final = ".writing"
BATCH_ID: Final = re.compile(r"[0-9a-f]{32}")
COMMITS_AT_ONCE: Final = 4


def note(paths: WorkspacePaths, batch_id: str) -> Path:
    """Return the file that names the batch being written: what a crash leaves of it can go."""
    journal = paths.lake / "bronze" / JOURNAL
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text(batch_id, encoding="utf-8")
    return journal


def commit(paths: WorkspacePaths, batch_id: str, manifest: Manifest, clock: datetime) -> None:
    """Register the batch's files table by table; the manifest comes last and shows them."""
    import pyarrow.parquet as pq

    from lineage_pipeline.scan.kernel import kernel_schemas
    from lineage_pipeline.schemas import SEGMENT, arrow_table

    schemas = kernel_schemas()
    modified_ms = int(clock.timestamp() * 1000)
    by_table: dict[str, list[DataFile]] = {}
    for written in manifest.files:
        file = DataFile(written.name, written.row_count, written.file_bytes)
        by_table.setdefault(written.table, []).append(file)

    def register(name: str) -> None:
        table = LakeTable(paths.table("bronze", name))
        table.append(by_table[name], schemas[name], batch_id, modified_ms)

    # A commit waits for the file system most of the time, and tables know nothing of each other.
    with ThreadPoolExecutor(COMMITS_AT_ONCE) as pool:
        list(pool.map(register, by_table))
    manifests = LakeTable(paths.manifests)
    manifests.folder.mkdir(parents=True, exist_ok=True)
    file_path = manifests.folder / f"{batch_id}.parquet"
    rows = [(batch_id, *segment) for segment in manifest.segments]
    columns = dict(zip(SEGMENT.names, zip(*rows, strict=True), strict=True))
    pq.write_table(arrow_table(SEGMENT, columns), file_path, compression="zstd")
    manifests.append(
        [DataFile(file_path.name, len(rows), file_path.stat().st_size)],
        SEGMENT,
        batch_id,
        modified_ms,
    )


def sweep(paths: WorkspacePaths) -> None:
    """Remove the files of a batch that was never committed: its scan failed or was killed."""
    journal = paths.lake / "bronze" / JOURNAL
    try:
        batch_id = journal.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    from lineage_pipeline.scan.kernel import kernel_schemas
    from lineage_pipeline.schemas import MANIFEST

    is_batch = BATCH_ID.fullmatch(batch_id) is not None  # what stands there becomes a pattern
    for name in (*kernel_schemas(), MANIFEST):
        table = LakeTable(paths.table("bronze", name))
        if is_batch and not table.has(batch_id):
            for file in table.folder.glob(f"{batch_id}*.parquet"):
                file.unlink()
    journal.unlink()
