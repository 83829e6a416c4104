"""What of the listed files has not been read yet, from names, sizes and times alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.landing.files import ScannedPart, SegmentTask

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from lineage_pipeline.landing.listing import Listing

_FILE: Final = ("source", "source_file")
"""What a file is known by: one that was taken for another kind of log was not read as this one."""


def new_segments(
    listing: Listing, scanned: pl.LazyFrame | None, readers: Mapping[str, str]
) -> tuple[SegmentTask, ...]:
    """Return what to scan: files never read as what they are taken for, or changed since they were.

    A file of which something was set aside is read again, as a whole, once it would be read
    otherwise: another limit, a corrected declaration, another version.

    Args:
        listing: what there is.
        scanned: what earlier scans have read, a row for each part of a file, with the columns
            `source, source_file, ingested_at, start_offset, end_offset, sha256, file_bytes,
            file_modified_ns, quarantined_count` and `reader_digest`. A part that starts at 0 begins
            the file anew. None before the first.
        readers: how files of each source are read now.
    """
    if scanned is None:
        return tuple(map(SegmentTask, listing.files))
    import polars as pl

    columns = {
        "source": [file.source for file in listing.files],
        "source_file": [file.source_file for file in listing.files],
        "file_bytes": [file.size_bytes for file in listing.files],
        "file_modified_ns": [file.modified_ns for file in listing.files],
    }
    types = {
        "source": pl.String,
        "source_file": pl.String,
        "file_bytes": pl.Int64,
        "file_modified_ns": pl.Int64,
    }
    listed = pl.LazyFrame(columns, types).with_row_index("place")
    known = scanned.select(*columns, "ingested_at", "start_offset")
    latest = known.sort("ingested_at", "start_offset").unique(_FILE, keep="last")
    changed = listed.join(latest, on=list(columns), how="anti")
    again = listed.join(_read_otherwise(scanned, readers), on=_FILE, how="semi")
    changed_in, again_in = pl.collect_all([changed, again])
    if changed_in.is_empty() and again_in.is_empty():
        return ()
    parts = _parts(scanned.join(changed_in.lazy(), on=_FILE, how="semi"))
    afresh = set(again_in["place"])
    files = [(place, listing.files[place]) for place in sorted({*changed_in["place"], *afresh})]
    return tuple(
        SegmentTask(file, () if place in afresh else parts.get((file.source, file.source_file), ()))
        for place, file in files
    )


def _read_otherwise(scanned: pl.LazyFrame, readers: Mapping[str, str]) -> pl.LazyFrame:
    """Return the files of which something was set aside that would be read otherwise now."""
    import polars as pl

    odd = scanned.filter(pl.col("quarantined_count") > 0)
    begun = (
        scanned.join(odd, on=_FILE, how="semi")
        .filter(pl.col("start_offset") == 0)
        .group_by(_FILE)
        .agg(begun_at=pl.col("ingested_at").max())
    )
    reader_now = pl.col("source").replace_strict(dict(readers), default="", return_dtype=pl.String)
    return (
        odd.join(begun, on=_FILE)
        .filter(pl.col("ingested_at") >= pl.col("begun_at"), pl.col("reader_digest") != reader_now)
        .select(_FILE)
    )


def _parts(scanned: pl.LazyFrame) -> dict[tuple[str, str], tuple[ScannedPart, ...]]:
    """Return what was read of each file since it was last read from 0."""
    parts: dict[tuple[str, str], tuple[ScannedPart, ...]] = {}
    columns = (*_FILE, "start_offset", "end_offset", "sha256")
    in_order = scanned.sort(*_FILE, "ingested_at", "start_offset").select(columns).collect()
    for source, name, start, end, sha256 in in_order.iter_rows():
        before = parts.get((source, name), ()) if start else ()
        parts[source, name] = (*before, ScannedPart(end, sha256))
    return parts
