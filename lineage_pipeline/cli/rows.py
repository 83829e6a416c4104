"""Rows on stdout: a table that fits the terminal, JSON, or CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
import sys
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from lineage_pipeline.warehouse.query import Answer


NODE_PARTS: Final = frozenset({"namespace", "name", "is_cut"})
"""Columns that repeat what `node_id` or a note says; tables for people leave them out."""

FEW_COLUMNS: Final = 4
"""Up to so many, a grid that is too wide folds its cells; beyond, each row becomes a block."""


def show(answer: Answer, fmt: str, hidden: Collection[str] = ()) -> None:
    """Print the answer on stdout.

    Args:
        answer: what to print.
        fmt: how: one of table, json, ndjson and csv.
        hidden: columns that a table leaves out; JSON and CSV hold everything.
    """
    put(as_text(answer, fmt, hidden, terminal_width()))
    if fmt == "table":
        count = len(answer.rows)
        click.echo(f"{count} row{'' if count == 1 else 's'}", err=True)


def put(text: str, output: Path | None = None) -> None:
    """Write the text to the file, and say so on stderr; without a file, to stdout."""
    if output is not None:
        output.write_text(text, encoding="utf-8", newline="")
        click.echo(f"written: {output}", err=True)
        return
    try:
        # color=True: click takes escape sequences for decoration and would drop data
        click.echo(text, nl=False, color=True)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has what it wanted; nothing more may be written, not even at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def as_text(
    answer: Answer, fmt: str, hidden: Collection[str] = (), width: int | None = None
) -> str:
    """Return the answer as `show` prints it; a table of any width where `width` is None."""
    if fmt == "json":
        return as_json(answer) + "\n"
    if fmt == "ndjson":
        return "".join(f"{line}\n" for line in _json_lines(answer))
    return as_csv(answer) if fmt == "csv" else as_table(answer, hidden, width) + "\n"


def as_json(answer: Answer) -> str:
    """Return the rows as a JSON array of objects, one to a line.

    A column whose name stood before gets `_1`, `_2` behind it; NaN and infinity are texts.
    """
    lines = _json_lines(answer)
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def _json_lines(answer: Answer) -> list[str]:
    """Return each row as a JSON object."""
    columns = _distinct(answer.columns)
    return [
        json.dumps(
            {column: _plain(value) for column, value in zip(columns, row, strict=True)},
            ensure_ascii=False,
        )
        for row in answer.rows
    ]


def as_csv(answer: Answer) -> str:
    """Return the rows as CSV with a header line, after RFC 4180; null is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else _cell(value) for value in row])
    return text.getvalue()


def as_table(answer: Answer, hidden: Collection[str], width: int | None) -> str:
    """Return the rows as a grid, or where that is too wide for `width`, as blocks of lines."""
    places = [place for place, column in enumerate(answer.columns) if column not in hidden]
    columns = [answer.columns[place] for place in places]
    cells = [
        ["" if row[place] is None else printable(_cell(row[place])) for place in places]
        for row in answer.rows
    ]
    natural = sum(max(map(len, column)) + 3 for column in zip(columns, *cells, strict=True))
    if width is not None and natural > width and len(columns) > FEW_COLUMNS:
        return _records(columns, cells)
    return _grid(columns, cells, answer, places, width)


def terminal_width() -> int | None:
    """Return how wide the terminal is; None where stdout is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _records(columns: list[str], cells: list[list[str]]) -> str:
    """Return each row as lines of `column  value`: what is too wide for a grid stays whole."""
    margin = max(map(len, columns))
    blocks = (
        "\n".join(f"{column:>{margin}}  {cell}" for column, cell in zip(columns, row, strict=True))
        for row in cells
    )
    return "\n\n".join(blocks)


def _grid(
    columns: list[str], cells: list[list[str]], answer: Answer, places: list[int], width: int | None
) -> str:
    numbers = [_is_numeric(answer, place) for place in places]
    if width is None:
        return _lines(columns, cells, numbers)
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, is_number in zip(columns, numbers, strict=True):
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    console = Console(markup=False, highlight=False, width=width, color_system=None)
    with console.capture() as printed:
        console.print(table)
    return "\n".join(line.rstrip() for line in printed.get().splitlines())


def _is_numeric(answer: Answer, place: int) -> bool:
    values = [row[place] for row in answer.rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _lines(columns: list[str], cells: list[list[str]], numbers: list[bool]) -> str:
    """Return the grid with every row on one line, as pipes want it."""
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    rule = "─" * (sum(widths) + 3 * (len(widths) - 1))
    lines = (
        "   ".join(
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, numbers, strict=True)
        ).rstrip()
        for row in cells
    )
    head = "   ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True))
    return "\n".join((head.rstrip(), rule, *lines))


def printable(text: str) -> str:
    """Return the text with control characters spelled out: names are hostile, terminals obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _distinct(columns: Sequence[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        candidates = (f"{column}_{number}" if number else column for number in count())
        names.append(next(name for name in candidates if name not in names))
    return names


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return _cell(value)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | dict):
        return json.dumps(_plain(value), ensure_ascii=False)
    return str(value)
