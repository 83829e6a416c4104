"""Parameters of a query on the command line: `--param NAME=VALUE`, bound and never pasted."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

import click

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
"""A time that names its zone; any other is text, for DuckDB to read."""
LARGEST: Final = 1 << 63


class Bound(click.ParamType[tuple[str, Any]]):
    """One parameter: its name, and its value by how that is written.

    A number, `true`, `false`, `null`, a list and a text in double quotes are what JSON has them
    for, a time that names its zone is one, and all else is text as it stands. So a text that looks
    like a number is written '"3"'.
    """

    name = "parameter"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Any]:
        """Return the name and the value."""
        if isinstance(value, tuple):
            return value
        name, is_given, text = value.partition("=")
        if not is_given or not NAME.fullmatch(name):
            self.fail(f"{name!r} names no parameter; write NAME=VALUE, for $NAME", param, ctx)
        try:
            return name, value_of(text)
        except (ValueError, RecursionError) as error:
            self.fail(f"{name}: {error}", param, ctx)


def value_of(text: str) -> Any:
    """Return what a parameter's text stands for.

    Raises:
        ValueError: a number is too large, or a list holds what does not bind.
    """
    if MOMENT.fullmatch(text):
        return datetime.fromisoformat(text)
    try:
        value = json.loads(text, parse_constant=_no_number)
    except ValueError:
        return text
    return _checked(value)


def _checked(value: Any) -> Any:
    if isinstance(value, dict):
        raise ValueError("an object does not bind; give its text in double quotes")  # noqa: TRY004
    if isinstance(value, list):
        return [_checked(one) for one in value]
    if isinstance(value, int) and not -LARGEST <= value < LARGEST:
        raise ValueError("a number of more than 64 bits does not bind; give it as text and cast it")
    return value


def _no_number(constant: str) -> None:
    raise ValueError(constant)
