"""Columns of fixed vocabulary, decided by rules on the distinct values that occur."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from lineage_pipeline.settings.lineage_toml import AuditRule

DEFAULTS: Final[Mapping[str, tuple[object, pl.DataType]]] = {
    "category": ("other", pl.String()),
    "activity_id": (99, pl.UInt8()),
    "outcome": ("unknown", pl.String()),
    "actor_type": ("unknown", pl.String()),
    "is_interim": (False, pl.Boolean()),
}
"""What a column holds where none of its rules does, and its type."""


class Subject:
    """What rules look at: the distinct texts that occur, and which of them each row has."""

    def __init__(self, texts: pa.ChunkedArray) -> None:
        """Number the distinct texts; null is one of them."""
        one = pc.dictionary_encode(texts.combine_chunks(), null_encoding="encode")
        self._distinct = pl.Series("text", one.dictionary).to_frame()
        self._places = one.indices.to_numpy()

    def first_that_holds(
        self, asked: Sequence[tuple[int, AuditRule[object]]], none_holds: int
    ) -> NDArray[np.uint32]:
        """Return for each row the number of the first rule that holds, `none_holds` for none."""
        text = pl.col("text")
        holds = pl.lit(none_holds, pl.UInt32)
        for number, rule in reversed(asked):
            is_it = text.is_null() if rule.matches is None else text.str.contains(rule.matches)
            holds = pl.when(is_it).then(pl.lit(number, pl.UInt32)).otherwise(holds)
        numbers = self._distinct.with_columns(holds.alias("number"))["number"]
        decided: NDArray[np.uint32] = numbers.to_numpy()[self._places]
        return decided


def decided(
    column: str,
    rules: Sequence[tuple[str, AuditRule[object]]],
    subjects: Mapping[str, Subject],
    rows: int,
) -> pl.Series:
    """Return a column as its rules decide it, one value a row; the first that holds wins.

    Args:
        column: its name.
        rules: in the order in which they are asked, each with the name of its subject.
        subjects: by name.
        rows: how many there are.
    """
    default, kind = DEFAULTS[column]
    none_holds = len(rules)
    deciding = [
        subjects[name].first_that_holds(
            [(number, rule) for number, (asked, rule) in enumerate(rules) if asked == name],
            none_holds,
        )
        for name in dict.fromkeys(asked for asked, _ in rules)
    ]
    if not deciding:
        return pl.Series(column, [default], kind).new_from_index(0, rows)
    first = reduce(np.minimum, deciding)
    values = pl.Series(column, [*(rule.value for _, rule in rules), default], kind)
    return values.gather(pl.Series(first))
