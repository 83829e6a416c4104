"""Controls that a policy declares in SQL: asked where they can read the warehouse and nothing else.

What they answer is as data of strangers: what does not answer as a control does cannot be assessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from lineage_pipeline.sandbox.messages import MIB, Limits, Refused
from lineage_pipeline.sandbox.question import ask
from lineage_pipeline.schemas import arrow_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lineage_pipeline.sandbox.messages import Answer, Facts

ANSWER: Final = pa.schema(
    [
        *((name, pa.string()) for name in ("scope", "object_id")),
        ("members", pa.int64()),
        ("is_tested", pa.bool_()),
        *((name, pa.string()) for name in ("finding", "missing")),
        ("since_at", pa.timestamp("us", "UTC")),
        ("evidence", pa.list_(pa.string())),
    ]
)
"""The columns that a query may answer with, of those of `step.answer`."""
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "members": frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}),
    "is_tested": frozenset({"BOOLEAN"}),
    "since_at": frozenset({"TIMESTAMP WITH TIME ZONE"}),
    "evidence": frozenset({"VARCHAR[]"}),
}
"""The types of those that are no text."""
TEXT: Final = frozenset({"VARCHAR"})
REQUIRED: Final = ("object_id", "finding")
LIMITS: Final = Limits(seconds=60.0, memory_bytes=1024 * MIB, rows=100_000, answer_bytes=64 * MIB)
"""How much one control may take."""


def ask_controls(
    warehouse: Path,
    lake: Path,
    queries: Mapping[str, str],
    as_of: datetime,
    known_at: datetime,
) -> dict[str, pa.Table]:
    """Return what each query says of the members of its population, in the columns of `ANSWER`.

    Args:
        warehouse: the file, which nobody has open for writing.
        lake: the folder that its views read from.
        queries: by control; they may come from anyone.
        as_of: what `$as_of` stands for.
        known_at: what `$known_at` stands for.
    """
    times = {"as_of": as_of, "known_at": known_at}
    folder = lake if lake.exists() else None
    return {
        control: answered(ask(warehouse, folder, query, times, LIMITS))
        for control, query in queries.items()
    }


def answered(reply: Answer | Refused) -> pa.Table:
    """Return the members that a reply tells of; of none that can be read, one that says why."""
    problem = _problem(reply)
    if isinstance(reply, Refused) or problem:
        why = f"its query was not answered: {problem}"
        return _table({"object_id": ["its query"], "is_tested": [False], "missing": [why]}, 1)
    facts = reply.facts
    told = {name: [row[place] for row in facts.rows] for place, name in enumerate(facts.columns)}
    return _table({"is_tested": [True] * len(facts.rows)} | told, len(facts.rows))


def _problem(reply: Answer | Refused) -> str:
    """Return why a reply is no answer of a control; empty if it is one."""
    if isinstance(reply, Refused):
        return f"{reply.category}: {reply.reason}"
    facts = reply.facts
    if facts.is_truncated:
        return f"it has more than {LIMITS.rows} rows, or more than {LIMITS.answer_bytes} bytes"
    kinds = dict(zip(facts.columns, facts.types, strict=True))
    if missing := [name for name in REQUIRED if name not in kinds]:
        return f"it has no column {missing[0]!r}"
    if any(row[facts.columns.index("object_id")] is None for row in facts.rows):
        return "a row of it has no object_id"
    return next(filter(None, (_column_problem(facts, *column) for column in kinds.items())), "")


def _column_problem(facts: Facts, name: str, kind: str) -> str:
    if name not in ANSWER.names:
        return f"it has a column {name!r}; there are {', '.join(ANSWER.names)}"
    wanted = KINDS.get(name, TEXT)
    # A column of nulls alone has the type that DuckDB gives to nothing.
    if kind in wanted or _is_empty(facts, name):
        return ""
    return f"its column {name!r} is {kind}, and must be {', '.join(sorted(wanted))}"


def _is_empty(facts: Facts, name: str) -> bool:
    place = facts.columns.index(name)
    return all(row[place] is None for row in facts.rows)


def _table(told: dict[str, list[Any]], row_count: int) -> pa.Table:
    """Return columns in full; times come from the sandbox as text."""
    columns = {name: told.get(name, [None] * row_count) for name in ANSWER.names}
    columns["since_at"] = [at and datetime.fromisoformat(at) for at in columns["since_at"]]
    return arrow_table(ANSWER, columns)
