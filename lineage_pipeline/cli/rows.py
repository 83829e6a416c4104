"""Rows on stdout: a table that fits the terminal, JSON, or CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.warehouse.query import Answer


def show(answer: Answer, fmt: Format) -> None:
    """Print the answer on stdout."""
    if fmt == "json":
        click.echo(as_json(answer))
    elif fmt == "csv":
        click.echo(as_csv(answer), nl=False)
    else:
        _print_table(answer)


def as_json(answer: Answer) -> str:
    """Return the rows as a JSON array of objects, one to a line."""
    lines = [
        json.dumps(
            {column: _plain(value) for column, value in zip(answer.columns, row, strict=True)},
            ensure_ascii=False,
        )
        for row in answer.rows
    ]
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def as_csv(answer: Answer) -> str:
    """Return the rows as CSV with a header line, after RFC 4180; null is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else _cell(value) for value in row])
    return text.getvalue()


def _print_table(answer: Answer) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(answer.columns):
        numeric = all(
            isinstance(row[position], int | float)
            for row in answer.rows
            if row[position] is not None
        )
        is_key = column.endswith("node_id") or column in ("kind", "stage", "depth")
        table.add_column(
            column,
            justify="right" if numeric and answer.rows else "left",
            overflow="fold",
            no_wrap=is_key and column in ("kind", "stage", "depth"),
        )
    for row in answer.rows:
        table.add_row(*(Text("" if value is None else _cell(value)) for value in row))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(table)
    count = len(answer.rows)
    click.echo(f"{count} row{'' if count == 1 else 's'}", err=True)


def _plain(value: Any) -> Any:
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
    return str(value)
