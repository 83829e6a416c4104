"""The libraries that a lean installation lacks."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from lineage_pipeline.errors import ConfigError


def require(module: str) -> Any:
    """Return a library of the extra `workpapers`.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"{module} is not installed, which workbooks and summaries are written with; install "
            f"the extra: pip install 'lineage-pipeline[workpapers]'"
        ) from error
