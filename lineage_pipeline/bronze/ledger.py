"""What the lake knows already: files and how far they were read, facet bodies, the last clock."""

from __future__ import annotations

from datetime import UTC
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from lineage_pipeline.lake.tables import LakeTable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from lineage_pipeline.lake.tables import DataFile
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets

KEPT: Final = ".known_facets"
MANY_FILES: Final = 32
MANY_ROWS: Final = 20_000
"""From so many files or rows on that it lacks, the file of known facets is written anew."""


def scanned_files(paths: WorkspacePaths) -> pl.LazyFrame | None:
    """Return the parts of files that earlier scans have read, with the columns of `SEGMENT`.

    None before the first scan.
    """
    files = LakeTable(paths.manifests).files()
    if not files:
        return None
    import polars as pl

    return pl.scan_parquet(files)


def was_replaced(paths: WorkspacePaths, source_file: str, batches: Collection[str]) -> bool:
    """Return whether a file was read anew from its beginning after all of these batches."""
    scanned = scanned_files(paths)
    if scanned is None:
        return False
    import polars as pl

    of_file = scanned.filter(pl.col("source_file") == source_file).collect()
    theirs = of_file.filter(pl.col("batch_id").is_in([*batches]))
    # A file that lost records to an erasure is told of as read anew, with none of its own.
    anew = of_file.filter(pl.col("is_rewrite") & (pl.col("record_count") > 0))
    read = max(theirs["ingested_at"].to_list(), default=None)
    return any(read is None or at > read for at in anew["ingested_at"].to_list())


def known_facets(
    paths: WorkspacePaths,
    put: Callable[[Path, Path], None] | None = None,
    is_whole: Callable[[Path], bool] = lambda _: True,
) -> KnownFacets:
    """Return the bodies of job and dataset facets in visible batches.

    Facets of runs, inputs and outputs belong to one run: each batch holds those of its own.

    Args:
        paths: the workspace.
        put: gives a file the name of another: what is known is written down where that spares the
            next scan much reading. None writes nothing.
        is_whole: asked whether the file in which that stands is still what was written.
    """
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets, merged

    # A manifest is named after its batch, as is each file of the scan: none is opened to ask.
    table = LakeTable(paths.table("bronze", "facet"))
    visible = {PurePath(file).stem for file in LakeTable(paths.manifests).files()}
    files = {file for file in table.data_files() if file.name.partition("-")[0] in visible}
    if not files:
        return KnownFacets()
    from lineage_pipeline.bronze import known_facets_file

    place = paths.lake / "bronze" / KEPT
    kept = known_facets_file.NOTHING
    if place.exists() and is_whole(place):
        kept = known_facets_file.load(place)
    if not kept.files <= files:
        kept = known_facets_file.NOTHING
    more = files - kept.files
    if not more:
        return kept.facets
    facets = merged(kept.facets, _read(str(table.folder / file.name) for file in more))
    if put is not None and _is_worth_keeping(kept.files, more):
        known_facets_file.save(place, known_facets_file.Kept(facets, frozenset(files)), put)
    return facets


def _is_worth_keeping(kept: Collection[DataFile], more: Collection[DataFile]) -> bool:
    """Return whether to write anew what is kept, rather than read `more` at every scan."""
    kept_rows, more_rows = (sum(file.row_count for file in files) for files in (kept, more))
    return len(more) >= MANY_FILES or more_rows >= max(MANY_ROWS, kept_rows // 8)


def _read(files: Iterable[str]) -> KnownFacets:
    """Return the bodies of job and dataset facets in files of their table."""
    import polars as pl

    from lineage_pipeline.formats.facets.format import PERSISTENT
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacet, KnownFacets

    facets = (
        pl.scan_parquet(list(files))
        .filter(pl.col("holder").is_in(sorted(PERSISTENT)))
        .select(
            "facet_digest", "holder", "key", "set_aside_reason", lacks=pl.col("producer").is_null()
        )
        .collect()
    )
    odd = facets.filter(pl.col("set_aside_reason").is_not_null() | pl.col("lacks"))
    return KnownFacets(
        _digests(facets),
        {
            (holder, key, digest): KnownFacet(reason, lacks)
            for digest, holder, key, reason, lacks in odd.iter_rows()
        },
    )


def _digests(facets: pl.DataFrame) -> dict[tuple[str, str], NDArray[np.bytes_]]:
    """Return the sorted digests of each holder and key."""
    import numpy as np
    import polars as pl

    from lineage_pipeline.scan.openlineage.known_facets import DIGEST

    column = facets["facet_digest"].to_arrow(compat_level=pl.CompatLevel.oldest())
    start, count = column.offset * DIGEST.itemsize, len(column)
    # As four numbers each they are picked three times as fast as texts are.
    wide = np.frombuffer(column.buffers()[2], np.uint64, 4 * count, start).reshape(count, 4)
    found = {}
    for holder, key in facets.select("holder", "key").unique().iter_rows():
        is_its = ((facets["holder"] == holder) & (facets["key"] == key)).to_numpy()
        found[holder, key] = np.sort(wide[is_its].view(DIGEST).reshape(-1))
    return found


def last_known_time(paths: WorkspacePaths) -> datetime | None:
    """Return the clock of the latest scan that is visible; None before the first."""
    files = LakeTable(paths.manifests).files()
    if not files:
        return None
    import polars as pl

    latest = pl.scan_parquet(files).select(pl.col("ingested_at").max()).collect().item()
    return None if latest is None else latest.astimezone(UTC)
