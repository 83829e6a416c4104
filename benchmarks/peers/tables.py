"""Which tables a bulk scan makes, and how an engine is asked to make them."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Final, Literal

Task = Literal["openlineage", "cloudtrail", "kubernetes"]

TABLES: Final[dict[Task, tuple[str, ...]]] = {
    "openlineage": ("event", "event_dataset", "schema_field", "column_edge", "facet"),
    "cloudtrail": ("audit_event",),
    "kubernetes": ("audit_event",),
}
"""What a case's output holds; `benchmarks.content` says what is compared of each."""

_FOLDER: Final = Path(__file__).parent


def statement(engine: str, name: str) -> str:
    """Return the SQL that stands in `engine`'s folder under that name."""
    return (_FOLDER / engine / f"{name}.sql").read_text(encoding="utf-8")


def landing_files(pattern: str) -> list[str]:
    """Return the files that match, in the order of their names, for engines without globs."""
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - the pattern is absolute
