"""What goes into the process that asks, and what comes out of it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from lineage_pipeline.sandbox.rules import GATE, Rules

Category: TypeAlias = Literal["refused", "does_not_run", "too_long", "too_large", "crashed"]
"""Why there is no answer.

`refused`: it is no single query that reads the published relations alone and says the same twice.
`does_not_run`: DuckDB cannot run it: syntax, names, types, values, or the warehouse does not open.
`too_long`, `too_large`: it reached a limit of time, or of memory, text or parameters.
`crashed`: its process ended otherwise.
"""

MIB = 1 << 20


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one query may take.

    Attributes:
        seconds: of wall time, from start to end; of processor time a second more.
        memory_bytes: what DuckDB may hold.
        rows: of the answer; what lies beyond is cut off, and the answer says so.
        answer_bytes: of the answer as JSON; likewise.
        query_bytes: of the query's text.
        parameter_bytes: of all parameters together.
    """

    seconds: float = 10.0
    memory_bytes: int = 512 * MIB
    rows: int = 10_000
    answer_bytes: int = 4 * MIB
    query_bytes: int = MIB // 16
    parameter_bytes: int = MIB // 16


class Confinement(msgspec.Struct, frozen=True, kw_only=True):
    """What the process was confined by, beside DuckDB's own settings.

    Attributes:
        landlock_abi: the kernel's version of Landlock; 0 where it has none.
        missing: what else the system did not grant, such as `rlimit data`.
    """

    landlock_abi: int = 0
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it in words: `landlock abi 7`, or `none`."""
        words = f"landlock abi {self.landlock_abi}" if self.landlock_abi else "none"
        return "; without ".join((words, *self.missing))


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: the same warehouse, query and parameters give the same bytes.

    Attributes:
        query_sha256: of the query's text in UTF-8, as hex.
        columns: their names, as the query gives them; a repeated one gets a number.
        types: DuckDB's names of their types.
        rows: in the query's order if it has one, else sorted by their JSON. Values are those that
            JSON has; all others are texts, see `values.py`.
        is_ordered: whether the query says in which order.
        is_truncated: whether rows are missing, for the answer reached a limit.
    """

    query_sha256: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_ordered: bool
    is_truncated: bool


def facts_bytes(facts: Facts) -> bytes:
    """Return facts in their one form: JSON, keys in the order of their definition."""
    return msgspec.json.encode(facts)


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """The answer to a query.

    Attributes:
        facts: what was found.
        confinement: of the process that found it.
        seconds: how long it took, start and end of the process included; no fact.
    """

    facts: Facts
    confinement: Confinement
    seconds: float = 0.0


class Described(msgspec.Struct, frozen=True, kw_only=True, tag="described"):
    """What an answer is that came as Arrow before this.

    Attributes:
        query_sha256: of the query's text in UTF-8, as hex.
        columns: their names, as the query gives them; one may stand there twice.
        types: DuckDB's names of their types.
        comments: what the warehouse says of them, empty where it says nothing; those of
            `relation`, if the answer is one.
        row_count: the rows.
        relation: the published relation of which the answer is all, such as `lineage.node`;
            empty if the query says more than that.
        is_ordered: whether the query says in which order.
        confinement: of the process that asked.
    """

    query_sha256: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    comments: tuple[str, ...]
    row_count: int
    relation: str
    is_ordered: bool
    confinement: Confinement


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """Why a query has no answer.

    Attributes:
        category: in one word.
        reason: in a sentence, without values of the data or of parameters.
        query_sha256: of the query's text in UTF-8, as hex.
        confinement: of the process that tried; None if none said so.
        seconds: how long it took; no fact.
    """

    category: Category
    reason: str
    query_sha256: str
    confinement: Confinement | None = None
    seconds: float = 0.0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the process: paths are absolute, without symbolic links."""

    warehouse: str
    lake: str | None
    query: str
    query_sha256: str
    parameters: dict[str, Any]
    limits: Limits
    rules: Rules = GATE


class RefusedError(Exception):
    """Raised inside the process where a query ends without an answer."""

    def __init__(self, category: Category, reason: str) -> None:
        """Keep why."""
        self.category: Category = category
        self.reason = reason
        super().__init__(reason)
