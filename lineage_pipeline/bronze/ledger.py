"""What the lake knows already: files and how far they were read, facet bodies, the last clock."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from lineage_pipeline.lake.tables import LakeTable

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from lineage_pipeline.bronze.known import KnownFacets
    from lineage_pipeline.paths import WorkspacePaths


def scanned_files(paths: WorkspacePaths) -> pl.LazyFrame | None:
    """Return the parts of files that earlier scans have read, with the columns of `SEGMENT`.

    None before the first scan.
    """
    files = LakeTable(paths.manifests).files()
    if not files:
        return None
    import polars as pl

    return pl.scan_parquet(files)


def known_facets(paths: WorkspacePaths) -> KnownFacets:
    """Return the bodies of job and dataset facets in visible batches.

    Facets of runs, inputs and outputs belong to one run: each batch holds those of its own.
    """
    from lineage_pipeline.bronze.known import DIGEST, KnownFacet, KnownFacets

    files = LakeTable(paths.table("bronze", "facet")).files()
    manifests = LakeTable(paths.manifests).files()
    if not files or not manifests:
        return KnownFacets()
    import numpy as np
    import polars as pl

    from lineage_pipeline.formats.facets.format import PERSISTENT

    visible = pl.scan_parquet(manifests).select("batch_id").unique()
    facets = (
        pl.scan_parquet(files)
        .filter(pl.col("holder").is_in(sorted(PERSISTENT)))
        .join(visible, on="batch_id", how="semi")
        .select("holder", "key", "facet_digest", "set_aside_reason", pl.col("producer").is_null())
        .collect()
    )
    odd = facets.filter(pl.col("set_aside_reason").is_not_null() | pl.col("producer"))
    return KnownFacets(
        {
            (str(holder), str(key)): np.sort(np.frombuffer(b"".join(group["facet_digest"]), DIGEST))
            for (holder, key), group in facets.group_by("holder", "key")
        },
        {
            (holder, key, digest): KnownFacet(reason, lacks)
            for holder, key, digest, reason, lacks in odd.iter_rows()
        },
    )


def last_known_time(paths: WorkspacePaths) -> datetime | None:
    """Return the clock of the latest scan that is visible; None before the first."""
    files = LakeTable(paths.manifests).files()
    if not files:
        return None
    import polars as pl

    latest = pl.scan_parquet(files).select(pl.col("ingested_at").max()).collect().item()
    return None if latest is None else latest.astimezone(UTC)
