"""What a verification finds."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """What is not as it was sealed.

    Attributes:
        file: the file, below the workspace.
        problem: what is the matter with it.
        batch_id: the batch that it belongs to; empty if it is none's.
        rows: the first and the last of 256 rows, or of several times 256, that it is about.
        entry: the entry of the log that says otherwise; None where the log never knew the file.
    """

    file: str
    problem: str
    batch_id: str = ""
    rows: str = ""
    entry: int | None = None
