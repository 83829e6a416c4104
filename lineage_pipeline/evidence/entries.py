"""The entries of a workspace's log: what was written, by which digest, and what was taken away.

Each is one mapping in canonical form whose `type` says what the others mean. Nothing in an entry
may name a person: the log outlives every erasure. Files are named by their paths below the
workspace, which hold nothing but names of tables and digests.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from lineage_pipeline.trail.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILES_IN_ENTRY: Final = 150
"""So many files fit into an entry of a log, which has at most 65,535 bytes."""


Outcome: TypeAlias = Literal["answered", "failed"]
Treatment: TypeAlias = Literal["left out", "built anew"]
Why: TypeAlias = Literal["publication", "compaction", "cache", "erasure", "expiry", "abandonment"]


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was written: its path below the workspace, its bytes and their SHA-256."""

    path: str
    size_bytes: int
    sha256: str


class Rows(msgspec.Struct, frozen=True, kw_only=True, tag="rows", forbid_unknown_fields=True):
    """A file of rows that a scan wrote, down to its single rows.

    Attributes:
        at: the clock of the scan, in microseconds since 1970.
        batch_id: the batch.
        stream: the table.
        file: the Parquet file, below the workspace.
        bytes: its bytes.
        file_sha256: their digest.
        n_rows: its rows.
        leaf_profile: what a leaf of their tree is.
        row_root: the root over all rows, in their order.
        schema_fp: the digest of the columns.
        canon_v: the version of the canonical form.
    """

    at: int
    batch_id: str
    stream: str
    file: str
    bytes: int
    file_sha256: str
    n_rows: int
    leaf_profile: Literal["row", "block64"]
    row_root: str
    schema_fp: str
    canon_v: int


class Batch(msgspec.Struct, frozen=True, kw_only=True, tag="batch", forbid_unknown_fields=True):
    """A landing batch as a whole; the entries of its files stand right before it.

    Attributes:
        at: the clock of the scan, in microseconds since 1970.
        batch_id: the batch.
        seq: how many batches were sealed before it.
        prev_manifest_sha256: the digest of the entry of the batch before it; empty for the first.
        n_files: how many files it has.
        n_records: how many records were read, those that were set aside among them.
        ranges_sha256: the digest of the hashes of each 256 rows, which are kept beside the log.
        added: the commits of its tables, and what else was written with it.
    """

    at: int
    batch_id: str
    seq: int
    prev_manifest_sha256: str
    n_files: int
    n_records: int
    ranges_sha256: str
    added: tuple[File, ...]


class Written(msgspec.Struct, frozen=True, kw_only=True, tag="written", forbid_unknown_fields=True):
    """Files that were written, replaced and taken away on purpose.

    Attributes:
        at: the known time of it, in microseconds since 1970.
        why: what was done: a warehouse was published, old files were compacted, what was
            compacted went, what is known of facets was kept for the next scan, rows were erased,
            or a batch was given up of which some tables had files already.
        part: several entries say it together: which of them this is, from 0.
        n_parts: how many there are.
        added: files, some in the place of earlier ones of the same path.
        removed: files that are gone; a path that ends in `/` stands for all below it.
    """

    at: int
    why: Why
    part: int
    n_parts: int
    added: tuple[File, ...]
    removed: tuple[str, ...]


class Received(
    msgspec.Struct, frozen=True, kw_only=True, tag="received", forbid_unknown_fields=True
):
    """A part of a landing file as it was first seen.

    Attributes:
        at: when, in microseconds since 1970.
        file: the landing file, below the workspace.
        start: where the part begins.
        end: where it ends, in bytes as they are stored.
        sha256: the digest of the bytes between.
    """

    at: int
    file: str
    start: int
    end: int
    sha256: str


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="gone", forbid_unknown_fields=True):
    """A file of policies or settings that is no longer there: that is an act, too.

    Attributes:
        at: when it was missed first, in microseconds since 1970.
        file: the file, below the workspace.
    """

    at: int
    file: str


class Altered(msgspec.Struct, frozen=True, kw_only=True, tag="altered", forbid_unknown_fields=True):
    """A file that a run found to be other than it was sealed, or missing.

    Attributes:
        at: when, in microseconds since 1970.
        file: the file, below the workspace.
        sha256: the digest of what was found; empty if nothing was.
        treatment: what the run did with it.
    """

    at: int
    file: str
    sha256: str
    treatment: Treatment


class Query(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag="query",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A question that is about to be asked.

    Attributes:
        at: when, in microseconds since 1970.
        leaf: the digest of the question behind a salt, both of which can be erased.
        warehouse_sha256: the warehouse that is asked, as it was published; empty if unknown.
        tree_size: how many entries the log had, that is the checkpoint that the question saw;
            0 of entries that were made before this was told.
        tree_root: the root over those, as hex.
    """

    at: int
    leaf: str
    warehouse_sha256: str
    tree_size: int = 0
    tree_root: str = ""


class Answer(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag="answer",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """What became of a question.

    Attributes:
        at: when, in microseconds since 1970.
        leaf: that of the question.
        outcome: whether it was answered.
        n_rows: how many rows the answer has.
        rows: the digest of the answer behind the question's salt, which goes with the question:
            few rows could be guessed from a plain one. Empty of entries that were made before
            this was told, and where there is no answer.
    """

    at: int
    leaf: str
    outcome: Outcome
    n_rows: int
    rows: str = ""


class Tombstone(
    msgspec.Struct, frozen=True, kw_only=True, tag="tombstone", forbid_unknown_fields=True
):
    """Rows that are about to be erased; their hashes stay.

    Attributes:
        at: when, in microseconds since 1970.
        reason: the clause or policy by which; nothing that names a person.
        batch_id: the batch.
        stream: the table.
        task: which of the batch's files of the table the rows were sealed in.
        rows: their places among the rows of that file: first, and how many.
        hashes_sha256: the digest of their leaf hashes, which are kept beside the log.
    """

    at: int
    reason: str
    batch_id: str
    stream: str
    task: int
    rows: tuple[tuple[int, int], ...]
    hashes_sha256: str


class Expired(msgspec.Struct, frozen=True, kw_only=True, tag="expired", forbid_unknown_fields=True):
    """Rows that are about to go, and what is left of those that were sealed with them.

    What was sealed by blocks cannot lose single rows and keep its root, and of what goes as a whole
    no hashes need stay: so what is left is sealed anew, after it was found to be what was sealed.

    Attributes:
        at: when, in microseconds since 1970.
        reason: the clause or policy by which; nothing that names a person.
        batch_id: the batch.
        stream: the table.
        task: which of the batch's files of the table the rows were sealed in.
        n_gone: how many rows go.
        n_rows: how many are left.
        row_root: the root over those, in their order.
        canon_v: the version of the canonical form.
    """

    at: int
    reason: str
    batch_id: str
    stream: str
    task: int
    n_gone: int
    n_rows: int
    row_root: str
    canon_v: int


class Rewritten(
    msgspec.Struct, frozen=True, kw_only=True, tag="rewritten", forbid_unknown_fields=True
):
    """A landing file of acts is about to lose records that were erased.

    Attributes:
        at: when, in microseconds since 1970.
        reason: the clause or policy by which; nothing that names a person.
        file: the landing file, below the workspace.
        bytes: of what is left of it; 0 if it goes.
        sha256: their digest; empty if it goes.
    """

    at: int
    reason: str
    file: str
    bytes: int
    sha256: str


class Withdrawn(
    msgspec.Struct, frozen=True, kw_only=True, tag="withdrawn", forbid_unknown_fields=True
):
    """What an earlier entry said was about to go did not, and is there: its writer died.

    Attributes:
        entry: the place in the log of a `tombstone`, `expired` or `rewritten`, which counts no
            more.
    """

    entry: int


Entry: TypeAlias = (
    Rows
    | Batch
    | Written
    | Received
    | Gone
    | Altered
    | Query
    | Answer
    | Tombstone
    | Expired
    | Rewritten
    | Withdrawn
)

_DECODER: Final = msgspec.json.Decoder(Entry)


def to_bytes(entry: Entry) -> bytes:
    """Return an entry as the log keeps it."""
    return canonical(msgspec.to_builtins(entry))


def from_bytes(data: bytes) -> Entry | None:
    """Return the entry that the bytes of the log stand for; None of one of another kind."""
    try:
        entry: Entry = _DECODER.decode(data)
    except msgspec.DecodeError:
        return None
    return entry


def written(
    at: int,
    why: Why,
    added: Iterable[File],
    removed: Iterable[str] = (),
) -> list[Written]:
    """Return the entries that say what was written and taken away, none if nothing was.

    What is taken away comes first, so that a path can be taken away and written again.
    """
    pieces: list[tuple[tuple[File, ...], tuple[str, ...]]] = [
        *(((), paths) for paths in _chunks(removed)),
        *((files, ()) for files in _chunks(added)),
    ]
    return [
        Written(at=at, why=why, part=part, n_parts=len(pieces), added=files, removed=paths)
        for part, (files, paths) in enumerate(pieces)
    ]


def _chunks(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    rest = iter(items)
    while chunk := tuple(islice(rest, FILES_IN_ENTRY)):
        yield chunk
