"""Checkpoints: the size and root of a log at one time, as the text of a signed note.

Source: C2SP tlog-checkpoint. We write no extension lines, which nobody could audit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import NoteError
from lineage_pipeline.trail.merkle import HASH_BYTES, Tree
from lineage_pipeline.trail.notes import Note, from_base64, open_note, to_base64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.trail.notes import VerifierKey

_TEXT: Final = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[^\n]+)\n"
                          r"([^\n]+\n)*")  # fmt: skip


class Checkpoint(NamedTuple):
    """A signed statement of what a log held.

    Attributes:
        origin: the name of the log.
        tree: how many entries it had, and its root.
        note: the text and its signatures.
        data: the bytes, as they are kept and handed out.
    """

    origin: str
    tree: Tree
    note: Note
    data: bytes


def checkpoint_text(origin: str, tree: Tree) -> str:
    """Return what is signed: the log's name, its size and its root."""
    return f"{origin}\n{tree.size}\n{to_base64(tree.root)}\n"


def checkpoint_of(data: bytes, note: Note) -> Checkpoint:
    """Return the checkpoint that a note is.

    Raises:
        NoteError: its text is that of no checkpoint.
    """
    found = _TEXT.fullmatch(note.text)
    root = from_base64(found["root"]) if found else None
    if found is None or root is None or len(root) != HASH_BYTES:
        raise NoteError(f"{note.text!r}: not the name, size and root of a log")
    return Checkpoint(found["origin"], Tree(int(found["size"]), root), note, data)


def open_checkpoint(data: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Return a checkpoint that one of `keys` has signed, under the name of the log itself.

    Raises:
        NoteError: it is no checkpoint, is not signed by one of them, or speaks of another log.
    """
    checkpoint = checkpoint_of(data, open_note(data, keys))
    signers = {key.name for key in checkpoint.note.signers}
    if checkpoint.origin not in signers:
        raise NoteError(f"the checkpoint is one of {checkpoint.origin}, signed by {min(signers)}")
    return checkpoint
