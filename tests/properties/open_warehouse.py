"""A published warehouse that a test may write into."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writable(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the empty warehouse of a new workspace below `root`, open for writing."""
    workspace = make_workspace(root / "workspace")
    deliver(workspace, {})
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection
