"""A batch of rows under one root: what a manifest commits to, and how a single row is proven.

The rows stand in their physical order in one tree of RFC 6962. With the profile `row` each is a
leaf behind 16 random bytes of its own, which are deleted with the row, so that nobody can guess it
back from its hash. With `block64` a leaf is 64 rows with line feeds between, which costs far less
and discloses 64 rows in every proof. Kept are the hashes of each 256 rows: they tell where rows
were changed, and a proof needs no more than those and the 256 rows around.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.schemas import SALT
from lineage_pipeline.trail.erasure import with_erased
from lineage_pipeline.trail.lines import SALT_BYTES, Lines, lines_of
from lineage_pipeline.trail.merkle import (
    HASH_BYTES,
    Tree,
    check_inclusion,
    inclusion_proof,
    leaf_hash,
    root_of,
)

try:
    from lineage_pipeline.trail import digests
except ImportError:
    digests = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lineage_pipeline.trail.merkle import Node

Profile = Literal["row", "block64"]

RANGE_ROWS: Final = 256
"""Rows of a range: what a finding names."""
BLOCK_ROWS: Final = 64
AT_ONCE: Final = 1 << 12
"""Rows that are written out at once: whole ranges, few enough to stay near the processor."""
_LEAF: Final = sha256(b"\x00")


@dataclass(frozen=True, slots=True)
class Seal:
    """What a batch amounts to.

    Attributes:
        profile: what a leaf is.
        row_count: how many rows there are.
        root: the root of the tree over all leaves.
        ranges: the hash of each 256 rows, the last of fewer, one after the other.
    """

    profile: Profile
    row_count: int
    root: bytes
    ranges: bytes

    @property
    def leaf_count(self) -> int:
        """How many leaves the tree has."""
        return -(-self.row_count // rows_in_leaf(self.profile))

    def range_hash(self, number: int) -> bytes:
        """Return the hash of the rows `256 * number` and on."""
        return self.ranges[number * HASH_BYTES : (number + 1) * HASH_BYTES]


class RowProof(NamedTuple):
    """What shows that a row is in a batch.

    Attributes:
        leaf: what the leaf holds: the salt and the row, or the rows of its block.
        leaf_index: which leaf it is.
        tree: the leaves and the root of the batch.
        path: the hashes from the leaf to the root.
    """

    leaf: bytes
    leaf_index: int
    tree: Tree
    path: list[bytes]


def rows_in_leaf(profile: Profile) -> int:
    """Return how many rows a leaf of a profile holds."""
    return 1 if profile == "row" else BLOCK_ROWS


class Sealing:
    """Rows that are sealed as they come, in pieces of any length."""

    def __init__(self, profile: Profile) -> None:
        """Begin a batch of which a leaf is what the profile says."""
        self._profile = profile
        self._hashes: list[bytes] = []
        self._row_count = 0
        self._held: list[pa.RecordBatch] = []
        self._held_count = 0

    def add(self, rows: pa.RecordBatch) -> None:
        """Take the rows that follow.

        Raises:
            ConfigError: as `seal`.
        """
        while self._held_count + rows.num_rows >= AT_ONCE:
            room = AT_ONCE - self._held_count
            self._take([*self._held, rows.slice(0, room)])
            self._held, self._held_count, rows = [], 0, rows.slice(room)
        if rows.num_rows:
            self._held.append(rows)
            self._held_count += rows.num_rows

    def seal(self) -> Seal:
        """Return what the rows amount to; none may follow."""
        if self._held:
            self._take(self._held)
            self._held, self._held_count = [], 0
        hashes = self._hashes
        return Seal(self._profile, self._row_count, root_of(hashes), b"".join(hashes))

    def _take(self, batches: list[pa.RecordBatch]) -> None:
        table = pa.Table.from_batches(batches)
        self._hashes += _range_hashes(table, self._profile)
        self._row_count += table.num_rows


def seal(rows: pa.Table | Iterable[pa.RecordBatch], profile: Profile) -> Seal:
    """Return what rows amount to, in the order in which they stand.

    Args:
        rows: a table or its pieces; with the profile `row` it has the column `row_salt`.
        profile: what a leaf is.

    Raises:
        ConfigError: a column has no canonical form, or a salt is missing or too short.
    """
    sealing = Sealing(profile)
    for batch in rows.to_batches() if isinstance(rows, pa.Table) else rows:
        sealing.add(batch)
    return sealing.seal()


def seal_file(file: Path, profile: Profile) -> Seal:
    """Return what the rows of a Parquet file amount to.

    Raises:
        ConfigError: as `seal`.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as parquet:
        return seal(parquet.iter_batches(AT_ONCE), profile)


def leaf_hashes(table: pa.Table, profile: Profile) -> list[bytes]:
    """Return the hashes of the leaves of a table that begins with a new leaf.

    Raises:
        ConfigError: as `seal`.
    """
    pieces = _pieces_of(table, profile)
    if profile == "row":
        return [sha256(piece).digest() for piece in pieces]
    hashes = []
    for piece in pieces:
        block = _LEAF.copy()
        block.update(piece)
        hashes.append(block.digest())
    return hashes


def _range_hashes(table: pa.Table, profile: Profile) -> list[bytes]:
    """Return the hash of each 256 rows of a table that begins with a new range."""
    if profile == "row" and digests and digests.is_there():
        lines = _salted_lines(table)
        found = digests.range_hashes(lines.data, lines.ends, RANGE_ROWS)
        return [found[n : n + HASH_BYTES] for n in range(0, len(found), HASH_BYTES)]
    hashes = leaf_hashes(table, profile)
    step = RANGE_ROWS // rows_in_leaf(profile)
    return [root_of(hashes[n : n + step]) for n in range(0, len(hashes), step)]


def leaves(table: pa.Table, profile: Profile) -> list[bytes]:
    """Return what the leaves hold of a table that begins with a new leaf.

    Raises:
        ConfigError: as `seal`.
    """
    begin = 1 if profile == "row" else 0
    return [bytes(piece[begin:]) for piece in _pieces_of(table, profile)]


def seal_survivors(rows: pa.Table, erased: Mapping[int, bytes]) -> Seal:
    """Return what a batch sealed row by row amounted to before some of its rows were erased.

    Args:
        rows: the rows that are left, with their salts.
        erased: the kept leaf hash of each other row, by its place in the batch.

    Raises:
        ConfigError: as `seal`.
        ProofError: an erased row lies beyond the batch.
    """
    return seal_hashes(leaf_hashes(rows, "row"), erased)


def seal_hashes(left: Sequence[bytes], erased: Mapping[int, bytes]) -> Seal:
    """Return what a batch sealed row by row amounted to, from the leaf hashes of its rows.

    Args:
        left: those of the rows that are left, in their order.
        erased: the kept leaf hash of each other row, by its place in the batch.

    Raises:
        ProofError: an erased row lies beyond the batch.
    """
    hashes = with_erased(left, erased)
    ranges = [root_of(hashes[n : n + RANGE_ROWS]) for n in range(0, len(hashes), RANGE_ROWS)]
    return Seal("row", len(hashes), root_of(ranges), b"".join(ranges))


def prove_row(
    table: pa.Table, row: int, kept: Seal, erased: Mapping[int, bytes] = MappingProxyType({})
) -> RowProof:
    """Return the proof that a row is in a batch.

    Args:
        table: the 256 rows of the range that the row is in, or what there is of them.
        row: the row, counted from the beginning of the batch.
        kept: what the batch amounted to.
        erased: the kept leaf hash of each row of the batch that was erased, by its place in it.

    Raises:
        ProofError: the batch has no such row, it was erased, or those of its range were changed.
    """
    if not 0 <= row < kept.row_count or row in erased:
        raise ProofError(f"row {row}: a batch of {kept.row_count} rows has none, or it was erased")
    if erased and kept.profile != "row":
        raise ProofError("rows that were sealed by blocks are not erased one by one")
    number, step = row // RANGE_ROWS, RANGE_ROWS // rows_in_leaf(kept.profile)
    first = number * RANGE_ROWS
    gone = {place - first: erased[place] for place in erased if place // RANGE_ROWS == number}
    last = min(first + RANGE_ROWS, kept.row_count) - 1
    changed = f"rows {first} to {last} were changed since they were sealed"
    try:
        held = leaves(table, kept.profile)
    except ConfigError as error:
        raise ProofError(f"{changed}: {error}") from error
    hashes = with_erased([leaf_hash(leaf) for leaf in held], gone)
    if root_of(hashes) != kept.range_hash(number):
        raise ProofError(changed)
    index = row // rows_in_leaf(kept.profile)
    ranges = [kept.range_hash(n) for n in range(len(kept.ranges) // HASH_BYTES)]
    path = inclusion_proof(index % step, len(hashes), _reader(hashes))
    path += inclusion_proof(number, len(ranges), _reader(ranges))
    leaf = held[index % step - sum(place < row - first for place in gone)]
    proof = RowProof(leaf, index, Tree(kept.leaf_count, kept.root), path)
    check_inclusion(leaf_hash(leaf), index, proof.tree, path)
    return proof


def changed_ranges(found: Seal, kept: Seal) -> list[int]:
    """Return the ranges of 256 rows in which a batch is not what was sealed.

    Rows that are missing or too many shift all that follow, so the first is where to look.
    """
    numbers = range(max(len(found.ranges), len(kept.ranges)) // HASH_BYTES)
    return [number for number in numbers if found.range_hash(number) != kept.range_hash(number)]


def _pieces_of(table: pa.Table, profile: Profile) -> Iterator[memoryview]:
    """Yield the leaves of a table, those of single rows behind the zero that leaves have."""
    if profile == "row":
        lines = _salted_lines(table)
        ends = lines.ends.tolist()
    else:
        lines = lines_of(table)
        # A block ends before the line feed of its last row.
        ends = lines.ends[BLOCK_ROWS - 1 :: BLOCK_ROWS].tolist()
        if len(lines.ends) % BLOCK_ROWS:
            ends.append(int(lines.ends[-1]))
    data = memoryview(lines.data)
    for begin, end in pairwise([-1, *ends]):
        yield data[begin + 1 : end]


def _salted_lines(table: pa.Table) -> Lines:
    salts = _salts(table)
    return lines_of(table.drop_columns([SALT.name]), salts)


def _salts(table: pa.Table) -> bytes:
    """Return the salts of all rows, one after the other."""
    column = table[SALT.name].combine_chunks() if SALT.name in table.column_names else pa.nulls(1)
    if column.type == pa.binary(SALT_BYTES):
        column = column.cast(pa.binary())
    is_binary = column.null_count == 0 and column.type == pa.binary()
    sizes = pc.min_max(pc.binary_length(column)).values() if is_binary and len(column) else ()
    if not is_binary or any(size.as_py() != SALT_BYTES for size in sizes):
        raise ConfigError(
            f"rows that are sealed one by one need {SALT_BYTES} bytes in {SALT.name} each"
        )
    if not len(column):
        return b""
    fixed = column.cast(pa.binary(SALT_BYTES))
    salts = memoryview(fixed.buffers()[1])[fixed.offset * SALT_BYTES :]
    return bytes(salts[: len(fixed) * SALT_BYTES])


def _reader(hashes: Sequence[bytes]) -> Callable[[Node], bytes]:
    """Return what gives the hash of a full subtree above `hashes`."""

    def read(node: Node) -> bytes:
        return root_of(hashes[node.number << node.level : (node.number + 1) << node.level])

    return read
