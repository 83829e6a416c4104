"""The known facet bodies in one file, so that a scan need not open every file of their table.

It is derived: it names the files that it was made from, is no longer used once one of them is gone,
and may be deleted at any time.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

from lineage_pipeline.lake.tables import DataFile
from lineage_pipeline.scan.openlineage.known_facets import DIGEST, KnownFacet, KnownFacets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FORM: Final = 1
"""Counts up when what the file holds changes its meaning."""


class Kept(NamedTuple):
    """What the file says: what is known, and the files of the facets' table that say so."""

    facets: KnownFacets
    files: frozenset[DataFile]


class _Head(msgspec.Struct):
    form: int
    files: list[tuple[str, int, int]]
    places: list[tuple[str, str]]
    odd: list[tuple[str, str, bytes, str | None, bool]]


NOTHING: Final = Kept(KnownFacets(), frozenset())


def load(file: Path) -> Kept:
    """Return what was kept; `NOTHING` if that is not there or cannot be read."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            head = msgspec.msgpack.decode(stored["head"].tobytes(), type=_Head)
            if head.form != _FORM:
                return NOTHING
            digests = {
                place: stored[str(number)].view(DIGEST).reshape(-1)
                for number, place in enumerate(head.places)
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError):
        return NOTHING
    odd = {
        (holder, key, digest): KnownFacet(reason, lacks)
        for holder, key, digest, reason, lacks in head.odd
    }
    return Kept(KnownFacets(digests, odd), frozenset(DataFile(*listed) for listed in head.files))


def save(file: Path, kept: Kept, put: Callable[[Path, Path], None]) -> None:
    """Put what is known into the file, which is the old one or the new one at any moment.

    Args:
        file: where it is kept.
        kept: what is known.
        put: gives a file that was written the name of the other.
    """
    places = sorted(kept.facets.digests)
    head = _Head(
        _FORM,
        sorted((listed.name, listed.row_count, listed.file_bytes) for listed in kept.files),
        places,
        [(*place, *what) for place, what in kept.facets.odd.items()],
    )
    arrays: dict[str, Any] = {
        str(number): kept.facets.digests[place].view(np.uint8)
        for number, place in enumerate(places)
    }
    arrays["head"] = np.frombuffer(msgspec.msgpack.encode(head), np.uint8)
    unfinished = file.with_name(f"{file.name}.new")
    with unfinished.open("wb") as stream:
        np.savez(stream, **arrays)
    put(unfinished, file)
