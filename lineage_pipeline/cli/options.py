"""Options that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")
Format = Literal["table", "json", "ndjson", "csv"]


YEARS: Final = range(1678, 2262)
"""Years of which all instants can be told in nanoseconds since 1970."""


class Instant(click.ParamType[datetime]):
    """A point in time: ISO 8601, a day alone is its midnight, without an offset it is UTC."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write one like 2026-09-30T12:00:00Z", param, ctx)
        if instant.year not in YEARS:
            told = f"{value!r} is outside of {YEARS[0]} to {YEARS[-1]}, which are the years kept"
            self.fail(told, param, ctx)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def workspace_option(command: Command) -> Command:
    """Add `-w DIR`, the workspace; the present folder if it is left out."""
    return click.option(
        "-w",
        "--workspace",
        "root",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        envvar="LINEAGE_WORKSPACE",
        help="The workspace's folder [here, or $LINEAGE_WORKSPACE].",
    )(command)


def format_option(command: Command) -> Command:
    """Add `--format`, of everything that prints rows."""
    return click.option(
        "--format",
        "fmt",
        type=click.Choice(["table", "json", "ndjson", "csv"]),
        default="table",
        show_default=True,
        help="How rows are printed.",
    )(command)


def dry_run_option(command: Command) -> Command:
    """Add `--dry-run`, of everything that scans."""
    return click.option(
        "--dry-run",
        is_flag=True,
        help="Only count, and say what would be set aside; nothing is written.",
    )(command)


def key_option(command: Command) -> Command:
    """Add `--key`: what the log is checked with."""
    return click.option(
        "--key",
        metavar="NAME+ID+KEY",
        envvar="LINEAGE_TRAIL_VERIFIER",
        help="The log's first verifier key, as you were handed it [as the workspace says].",
    )(command)
