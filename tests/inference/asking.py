"""Inference asked in short: tables as `a(k, x)`, answers as lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lineage_pipeline.inference.datasets import Dataset
from lineage_pipeline.inference.infer import Inference, infer

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = re.compile(r"(?:(?P<namespace>[^|(]+)\|)?(?P<name>[^(]+)(?:\((?P<fields>.*)\))?")


def dataset(text: str, *, is_input: bool) -> Dataset:
    """Return a dataset from `namespace|name(field, …)`; without brackets its schema is unknown.

    Other names of it stand behind `=`.
    """
    own, *others = text.split("=")
    found = TABLE.fullmatch(own)
    assert found, text
    names = [(found["namespace"] or "db", found["name"])]
    names += [("other", other) for other in others]
    listed = found["fields"]
    fields = None if listed is None else tuple(re.split(r",\s*", listed))
    return Dataset(is_input, tuple(names), fields)


def ask(
    sql: str, inputs: Sequence[str], outputs: Sequence[str] = ("c",), dialect: str = ""
) -> Inference:
    return infer(
        sql,
        dialect,
        [
            *(dataset(text, is_input=True) for text in inputs),
            *(dataset(text, is_input=False) for text in outputs),
        ],
    )


def lines(
    sql: str, inputs: Sequence[str], outputs: Sequence[str] = ("c",), dialect: str = ""
) -> list[str]:
    """Return `c.x < a.y IDENTITY` for each row, `c < a.y FILTER` where it is the whole output."""
    found = ask(sql, inputs, outputs, dialect)
    names = [TABLE.fullmatch(text.split("=")[0])["name"] for text in (*inputs, *outputs)]  # type: ignore[index]
    return sorted(
        f"{names[row.output]}{'.' + row.output_field if row.output_field else ''}"
        f" < {names[row.source]}.{row.source_field} {row.kind.name}"
        for row in found.columns
    )
