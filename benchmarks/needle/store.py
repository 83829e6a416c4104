"""What an engine must do to be asked: load the months once, open what it loaded, answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Column = Literal["actor_id", "resource_id"]
Answer = list[tuple[str, str, int]]
"""Action, outcome and how often, sorted."""


class Reader(Protocol):
    """An open store."""

    def ask(self, column: Column, value: str) -> Answer:
        """Return what the rows with this value in this column say."""


class Engine(Protocol):
    """A way to keep the rows; a module of this package."""

    def load(self, files: Sequence[str], store: Path) -> None:
        """Lay the rows of these Parquet files out below `store`."""

    def connect(self, files: Sequence[str], store: Path) -> Reader:
        """Return the loaded rows, open for questions."""


ENGINES: Final = {
    "clickhouse": "in_clickhouse",
    "unsorted": "in_unsorted_parquet",
    "sorted": "in_sorted_parquet",
    "ours": "in_our_lake",
}


def engine(name: str) -> Engine:
    """Return the engine of that name, imported."""
    return cast("Engine", import_module(f"benchmarks.needle.{ENGINES[name]}"))
