"""Rows that were erased: their leaf hashes stay in their places, and the root stays what it was.

A hash that stands in the place of a row shows nothing of it once its salt is gone. Whether a row
may be missing is not said here: that takes an entry of the log that names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.errors import ProofError
from lineage_pipeline.trail.merkle import HASH_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def with_erased(hashes: Sequence[bytes], erased: Mapping[int, bytes]) -> list[bytes]:
    """Return the leaf hashes of all rows, those of the erased ones in their places.

    Args:
        hashes: the leaf hashes of the rows that are there.
        erased: the kept leaf hash of each row that is not, by its place among all of them.

    Raises:
        ProofError: a place lies beyond the rows, or what is kept is no hash.
    """
    count = len(hashes) + len(erased)
    for place, kept in erased.items():
        if not 0 <= place < count:
            raise ProofError(f"row {place}: erased from a batch of {count} rows, which has none")
        if len(kept) != HASH_BYTES:
            raise ProofError(f"row {place}: not the {HASH_BYTES} bytes of a hash are kept of it")
    there = iter(hashes)
    return [erased[place] if place in erased else next(there) for place in range(count)]
