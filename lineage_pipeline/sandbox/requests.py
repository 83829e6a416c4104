"""What is handed to the process that asks, if it can be handed over at all."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.sandbox.messages import Limits, Refused, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lineage_pipeline.sandbox.messages import Category
    from lineage_pipeline.sandbox.rules import Rules

Parameter: TypeAlias = "str | int | float | bool | datetime | Sequence[Parameter] | None"
"""What binds to `$name`; a time needs a zone."""


def request_of(
    warehouse: Path,
    lake: Path | None,
    query: str,
    parameters: Mapping[str, Parameter],
    *,
    limits: Limits,
    rules: Rules,
) -> Request | Refused:
    """Return a query as a process is asked it, or why it cannot be.

    Raises:
        ConfigError: there is no such warehouse or lake.
    """
    text = query.encode("utf-8", "surrogatepass")
    digest = sha256(text).hexdigest()
    problem = _unfit(text, parameters, limits)
    if problem is not None:
        return Refused(category=problem[0], reason=problem[1], query_sha256=digest)
    return Request(
        warehouse=_file(warehouse),
        lake=_folder(lake),
        query=query,
        query_sha256=digest,
        parameters=dict(parameters),
        limits=limits,
        rules=rules,
    )


def _unfit(
    text: bytes, parameters: Mapping[str, Any], limits: Limits
) -> tuple[Category, str] | None:
    """Return why a query or its parameters cannot be handed over at all; None if they can."""
    if len(text) > limits.query_bytes:
        return "too_large", f"its text has more than {limits.query_bytes} bytes"
    if b"\0" in text or text.decode("utf-8", "replace").encode() != text:
        return "refused", "its text holds a NUL byte, or is no UTF-8"
    for name, value in parameters.items():
        if not _can_bind(value):
            return "refused", f"${name} has a type that does not bind: {type(value).__name__}"
    try:
        size = len(msgspec.msgpack.encode(dict(parameters)))
    except (OverflowError, RecursionError, UnicodeEncodeError):
        return "refused", "a parameter has a value that cannot be handed over"
    if size > limits.parameter_bytes:
        return "too_large", f"its parameters have more than {limits.parameter_bytes} bytes"
    return None


def _can_bind(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, list | tuple):
        return all(map(_can_bind, value))
    return value is None or isinstance(value, str | int | float)


def _file(warehouse: Path) -> str:
    if not warehouse.is_file():
        raise ConfigError(f"{warehouse}: no warehouse is here; `lineage run` publishes one")
    return str(warehouse.resolve())


def _folder(lake: Path | None) -> str | None:
    if lake is not None and not lake.is_dir():
        raise ConfigError(f"{lake}: no lake is here")
    return str(lake.resolve()) if lake is not None else None
