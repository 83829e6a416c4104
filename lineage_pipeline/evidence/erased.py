"""What is kept of rows that were erased: their leaf hashes, in files that their tombstones name."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ProofError
from lineage_pipeline.trail.merkle import HASH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.evidence.entries import Tombstone
    from lineage_pipeline.trail.disk import Disk

FOLDER: Final = "erased"
"""The folder of the hashes, each file under its digest."""


def places_of(tombstone: Tombstone) -> list[int]:
    """Return the places of the rows that a tombstone speaks of, in order."""
    return [place for first, count in tombstone.rows for place in range(first, first + count)]


def ranges_of(places: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return places as a tombstone tells them: the first of each run, and how many there are."""
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return tuple(found)


def keep_hashes(disk: Disk, data: bytes) -> str:
    """Keep the leaf hashes of rows, in the order of their places; return the digest of all.

    It names the file that they are kept in.

    Raises:
        StorageError: they cannot be kept.
    """
    digest = sha256(data).hexdigest()
    path = f"{FOLDER}/{digest}"
    disk.remove(f".tmp/{digest}")
    disk.put(disk.write_aside(digest, data), path)
    disk.sync_folders([path])
    return digest


def hashes_of(disk: Disk, tombstones: Iterable[Tombstone]) -> dict[int, bytes]:
    """Return the leaf hashes of the rows that tombstones of one file speak of, by their places.

    Raises:
        ProofError: they are missing, or not those that the tombstone names.
    """
    found: dict[int, bytes] = {}
    for tombstone in tombstones:
        path = f"{FOLDER}/{tombstone.hashes_sha256}"
        data, places = disk.read(path) or b"", places_of(tombstone)
        is_whole = sha256(data).hexdigest() == tombstone.hashes_sha256
        if not is_whole or len(data) != HASH_BYTES * len(places):
            raise ProofError(f"trail/{path}: is missing or was altered")
        for number, place in enumerate(places):
            found[place] = data[number * HASH_BYTES : (number + 1) * HASH_BYTES]
    return found
