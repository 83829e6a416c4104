"""`python -m benchmarks.peers ENGINE TASK FILES OUT`: one peer's tables, in a fresh process."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ENGINES: Final = {
    "duckdb": ("by_duckdb", "typed"),
    "duckdb-bodies": ("by_duckdb", "bodies"),
    "duckdb-files": ("by_duckdb", "small_files"),
    "polars": ("by_polars", "typed"),
    "pyarrow": ("by_pyarrow", "typed"),
    "clickhouse": ("by_clickhouse", "typed"),
}
"""The module and function of each engine; only the asked one is imported."""


def main(arguments: Sequence[str]) -> int:
    """Return the exit code; the tables go to the folder OUT."""
    engine, task, files, out = arguments
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    module, function = ENGINES[engine]
    getattr(import_module(f"benchmarks.peers.{module}"), function)(task, files, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
