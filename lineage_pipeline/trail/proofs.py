"""Proofs as texts that stand alone: handed to somebody who has the log's verifier key and no log.

An entry's proof is a C2SP tlog-proof, whose `extra` holds the entry, and for a row its leaf and the
hashes from there to the root of its batch, which the entry names. Nothing in `extra` is trusted:
each of its parts is hashed on the way to the root that is signed.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.notes import to_base64

if TYPE_CHECKING:
    from lineage_pipeline.trail.batch import RowProof
    from lineage_pipeline.trail.reader import LogReader

TITLE: Final = "c2sp.org/tlog-proof@v1"


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
