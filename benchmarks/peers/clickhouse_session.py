"""A ClickHouse in this process, imported when it is opened: only the group `bench` brings it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def open_session(folder: Path | str) -> Any:
    """Return a session that keeps its tables below `folder`."""
    return import_module("chdb.session").Session(str(folder))
