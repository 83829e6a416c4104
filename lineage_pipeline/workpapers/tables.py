"""The tables behind working papers, as CSV and as Parquet, which counts where the two differ.

A spreadsheet takes a text that begins with one of `= + - @`, a tab or a carriage return for a
formula. In CSV such a text, and one that begins with an apostrophe, has an apostrophe before it:
taking the first one off gives the text again.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.workpapers.dossier import Dossier

_FORMULA: Final = r"^[=+\-@\t\r'＝＋－＠]"  # noqa: RUF001 - wide forms count as well
_INSTANT: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


def tables(dossier: Dossier) -> dict[str, pl.DataFrame]:
    """Return every table by its name, its rows in the order of the catalogue."""
    found = dossier.assessment
    return {
        "control_status": found.control_status,
        "control_status_by_model": dossier.by_model,
        "exception": found.exception,
        "control": found.control,
        "control_clause": found.control_clause,
        "control_parameter": found.control_parameter,
        "framework": dossier.framework,
        "population": dossier.population,
        "population_member": dossier.member,
        "source": dossier.source,
    }


def csv_files(frames: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """Return each table as CSV in UTF-8, after RFC 4180; null is empty, a list is JSON."""
    return {f"csv/{name}.csv": as_csv(frame) for name, frame in frames.items()}


def parquet_files(frames: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """Return each table as Parquet, unchanged."""
    return {f"parquet/{name}.parquet": as_parquet(frame) for name, frame in frames.items()}


def as_csv(frame: pl.DataFrame) -> bytes:
    """Return a table as CSV, no cell of which is a formula."""
    told = frame.with_columns(
        _plain(name, kind).alias(name) for name, kind in frame.schema.items()
    ).with_columns(
        pl.when(pl.col(pl.String).str.contains(_FORMULA))
        .then("'" + pl.col(pl.String))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
    # An empty text is in quotes, a null is not.
    return told.write_csv(line_terminator="\r\n", quote_style="necessary").encode()


def as_parquet(frame: pl.DataFrame) -> bytes:
    """Return a table as Parquet."""
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd", statistics=True)
    return file.getvalue()


def _plain(name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column as CSV can hold it."""
    column = pl.col(name)
    if isinstance(kind, pl.List):
        return column.map_elements(_json, return_dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.to_string(_INSTANT)
    return column


def _json(values: pl.Series) -> str:
    return json.dumps(values.to_list(), ensure_ascii=False)
