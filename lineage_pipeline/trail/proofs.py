"""Proofs as texts that stand alone: handed to somebody who has the log's verifier key and no log.

An entry's proof is a C2SP tlog-proof, whose `extra` holds the entry, and for a row its leaf and the
hashes from there to the root of its batch, which the entry names. Nothing in `extra` is trusted:
each of its parts is hashed on the way to the root that is signed.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.errors import ProofError
from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.checkpoints import open_checkpoint
from lineage_pipeline.trail.lines import SALT_BYTES
from lineage_pipeline.trail.merkle import Tree, check_inclusion, leaf_hash
from lineage_pipeline.trail.notes import from_base64, to_base64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.trail.batch import RowProof
    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.notes import VerifierKey
    from lineage_pipeline.trail.reader import LogReader

TITLE: Final = "c2sp.org/tlog-proof@v1"
_HEAD: Final = re.compile(
    re.escape(TITLE) + r"\nextra (?P<extra>[^\n]+)\nindex (?P<index>0|[1-9][0-9]{0,18})"
    r"(?P<path>(\n[^\n]+)*)"
)


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    leaf: str
    leaf_index: int
    path: list[str]


class _Extra(msgspec.Struct, forbid_unknown_fields=True):
    entry: str
    row: _Row | None = None


class _Sealed(msgspec.Struct):
    """What an entry says of the rows of a file."""

    n_rows: int
    leaf_profile: str
    row_root: str


class ReadProof(NamedTuple):
    """A proof that was checked up to a checkpoint.

    Attributes:
        entry: the entry that it shows.
        place: which of the log's entries it is.
        row: the row that it shows, as it was sealed, without its salt; None if it shows none.
        checkpoint: where it leads.
    """

    entry: bytes
    place: int
    row: bytes | None
    checkpoint: Checkpoint


def entry_proof(log: LogReader, index: int, row: RowProof | None = None) -> bytes:
    """Return the proof that an entry is in a log, and a row in the batch of which it tells.

    Args:
        log: the log; the proof holds for its checkpoint.
        index: the entry.
        row: what shows that the row is in the batch, if it is a row that is to be proven.

    Raises:
        ProofError: the log has no such entry.
        TileError: a file of the log is missing, short or altered.
    """
    extra: dict[str, object] = {"entry": to_base64(log.entry(index))}
    if row is not None:
        extra["row"] = {
            "leaf": to_base64(row.leaf),
            "leaf_index": row.leaf_index,
            "path": [to_base64(found) for found in row.path],
        }
    path = [to_base64(found) for found in log.inclusion(index)]
    lines = [TITLE, f"extra {to_base64(canonical(extra))}", f"index {index}", *path, "", ""]
    return "\n".join(lines).encode() + log.checkpoint.data


def read_proof(data: bytes, keys: Sequence[VerifierKey]) -> ReadProof:
    """Return what a proof of an entry, or of a single row, shows.

    Args:
        data: the proof.
        keys: those that are trusted to sign its checkpoint.

    Raises:
        NoteError: none of them has signed it.
        ProofError: it is no proof, or leads elsewhere.
    """
    head, _, note = data.partition(b"\n\n")
    found = _HEAD.fullmatch(head.decode("utf-8", "replace"))
    if found is None:
        raise ProofError("this is no proof: C2SP tlog-proof begins otherwise")
    try:
        extra = msgspec.json.decode(_data(found["extra"]), type=_Extra)
    except msgspec.DecodeError as error:
        raise ProofError(f"this is no proof: {error}") from error
    checkpoint = open_checkpoint(note, keys)
    entry, index = _data(extra.entry), int(found["index"])
    path = [_data(line) for line in found["path"].split("\n")[1:]]
    check_inclusion(leaf_hash(entry), index, checkpoint.tree, path)
    row = _row(entry, extra.row) if extra.row is not None else None
    return ReadProof(entry, index, row, checkpoint)


def _row(entry: bytes, told: _Row) -> bytes:
    """Return the row that a proof shows in the rows that an entry commits to."""
    try:
        sealed = msgspec.json.decode(entry, type=_Sealed)
    except msgspec.DecodeError as error:
        raise ProofError(f"an entry that seals no rows: {error}") from error
    if sealed.leaf_profile != "row":
        raise ProofError("rows that were sealed by blocks are not proven one by one")
    leaf, path = _data(told.leaf), [_data(line) for line in told.path]
    tree = Tree(sealed.n_rows, bytes.fromhex(sealed.row_root))
    check_inclusion(leaf_hash(leaf), told.leaf_index, tree, path)
    return leaf[SALT_BYTES:]


def _data(text: str) -> bytes:
    data = from_base64(text)
    if data is None:
        raise ProofError("base64 that is not in its one form")
    return data


def growth_proof(log: LogReader, old_size: int) -> bytes:
    """Return the proof that a log begins with what it was: a hash in base64 on each line.

    Raises:
        ProofError: it never had so many entries.
    """
    return "".join(f"{to_base64(found)}\n" for found in log.consistency(old_size)).encode()


def verifier_text() -> str:
    """Return the program that verifies all this with nothing of ours, to go with every proof."""
    place = resources.files("lineage_pipeline.trail") / "verifier" / "verify.py"
    return place.read_text(encoding="utf-8")
