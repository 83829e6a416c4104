"""DuckDB as it is opened for strangers: it reads one file and one folder, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import _duckdb as duckdb  # what `duckdb` adds in Python takes twice as long to import

from lineage_pipeline.sandbox.messages import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.sandbox.messages import Request

Setting: TypeAlias = str | bool | int | float | list[str]

CLOSED: Final[dict[str, Setting]] = {
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "allow_unsigned_extensions": "false",
    # No thread but the one that asks: Landlock would not hold for those that are there before it.
    "async_threads": "0",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    # With one thread, sums of floats and rows without an order come out the same each time.
    "threads": "1",
}


def open_engine(
    request: Request, more: Mapping[str, Setting] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection to the warehouse, read-only, its settings locked.

    Args:
        request: what is asked of which warehouse.
        more: settings that are no matter of confinement.

    Raises:
        RefusedError: the warehouse does not open.
    """
    settings = {**(more or {}), **CLOSED, "memory_limit": f"{request.limits.memory_bytes}B"}
    folders = [f"{request.lake}/"] if request.lake else []
    try:
        engine = duckdb.connect(request.warehouse, read_only=True, config=settings)
        engine.execute("set enable_progress_bar = false")
        engine.execute("set temp_directory = ''")
        engine.execute("set global timezone = 'UTC'")
        engine.execute("set allowed_directories = $folders", {"folders": folders})
        engine.execute("set enable_external_access = false")
        engine.execute("set lock_configuration = true")
    except duckdb.Error as error:
        name = type(error).__name__
        raise RefusedError("does_not_run", f"the warehouse does not open ({name})") from error
    return engine
