"""Batches of bronze: which of them count, and which files hold their rows.

The scan names a file after its batch. Compaction puts the rows of many batches into one file, names
it after the time that its rows speak of, and lists the batches in its footer.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

BATCHES_KEY: Final = b"batches"
"""The key in a compacted file's footer under which its batches are listed, commas between."""

_COMPACTED: Final = re.compile(r"(year-\d{4}|month-\d{4}-\d{2}|other)-[0-9a-f]{16}\.parquet")


class Batch(NamedTuple):
    """A visible batch: its known time first, so that batches sort by it, then its name."""

    known_at: datetime
    batch_id: str


def visible_batches(manifests: list[str]) -> list[Batch]:
    """Return the batches whose manifest is committed, by known time.

    Args:
        manifests: the active files of the manifests' table.
    """
    if not manifests:
        return []
    named = pl.read_parquet(manifests, columns=["ingested_at", "batch_id"]).unique()
    return sorted(Batch(known_at, batch_id) for known_at, batch_id in named.iter_rows())


def batch_of(file: str) -> str | None:
    """Return the batch that a file of the scan belongs to; None of a compacted file."""
    if span_of(file):
        return None
    return PurePath(file).name.split("-")[0].removesuffix(".parquet")


def span_of(file: str) -> str | None:
    """Return the time that a compacted file speaks of, such as `month-2026-01`; None of others."""
    found = _COMPACTED.fullmatch(PurePath(file).name)
    return found[1] if found else None


def of_batches(files: Iterable[str], wanted: Collection[str]) -> list[str]:
    """Return those of `files` that hold rows of the batches `wanted`.

    A compacted file may hold rows of other batches too.
    """
    return [
        file
        for file in files
        if (batch_of(file) in wanted if span_of(file) is None else _listed(file) & {*wanted})
    ]


def _listed(file: str) -> set[str]:
    footer = pq.read_metadata(file).metadata or {}
    return {*footer.get(BATCHES_KEY, b"").decode("ascii").split(",")}
