"""The files under sql/: found, ordered, their headers parsed.

A file makes one object and says so at its top:

    -- object: lineage.edge
    -- kind: history
    -- grain: one row per (source, target, job, validity, known time)
    -- sources: silver.statement_edge, silver.statement
    -- clause: the rule that it follows, and where that is written
    -- limits: what it cannot show
    -- column basis: what the column holds

Directories are stages, run in the order of `STAGES`; files inside one run in the order of names.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from lineage_pipeline.errors import SqlFileError

if TYPE_CHECKING:
    import duckdb

Kind = Literal[
    "ground", "scope", "step", "facts", "history", "view", "macro", "check", "lake", "ask", "gate",
    "control",
]  # fmt: skip
Stage = Literal[
    "ground", "bronze", "facets", "touch", "silver", "documents", "infer", "graph", "quality",
    "recall", "audit", "registry", "governance", "retention", "serve", "checks", "lake", "gates",
    "reclaim", "recorded", "populations", "compliance", "answers", "verdicts", "assessed",
    "auditors", "ask",
]  # fmt: skip
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
FOLDED: Final[tuple[Stage, ...]] = (
    "bronze", "facets", "touch", "silver", "documents", "infer", "graph", "quality", "recall",
    "audit", "registry", "governance", "retention", "serve",
)  # fmt: skip
"""The stages that make tables and views out of bronze."""
ASSESSING: Final[tuple[Stage, ...]] = (
    "populations", "compliance", "answers", "verdicts", "assessed",
)  # fmt: skip
"""The stages that ask controls of what was made."""

_LINE: Final = re.compile(r"-- (object|kind|grain|sources|clause|limits|column (\w+)): (\S.*)")
_REQUIRED: Final = ("object", "kind", "grain")
_TAKEN_APART: Final[dict[str, list[duckdb.Statement]]] = {}


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One parsed file: what it makes, of what kind and grain, from what, and its statements.

    `limits` are what it cannot show. `sha256` is the digest of all of it, the header as well.
    """

    path: Path
    object: str
    kind: Kind
    grain: str
    sources: tuple[str, ...]
    clauses: tuple[str, ...]
    limits: tuple[str, ...]
    columns: dict[str, str]
    statements: str
    sha256: str

    def run(
        self, connection: duckdb.DuckDBPyConnection, values: dict[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Return the connection, which has run the statements, and holds what the last answers.

        A process takes a file apart once: that is a third of the time of most.

        Args:
            connection: where.
            values: the parameters of the last statement.

        Raises:
            duckdb.Error: one does not run.
        """
        if self.statements not in _TAKEN_APART:
            _TAKEN_APART[self.statements] = connection.extract_statements(self.statements)
        *first, last = _TAKEN_APART[self.statements]
        for statement in first:
            connection.execute(statement)
        return connection.execute(last, values)

    def declare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Run the first statement alone, which makes the table if it is not there.

        Raises:
            duckdb.Error: it does not run.
        """
        connection.execute(connection.extract_statements(self.statements)[0])

    @property
    def name(self) -> str:
        """The file's name as errors call it, such as `sql/graph/050_edge.sql`."""
        return f"sql/{self.path.parent.name}/{self.path.name}"


@cache
def sql_folder() -> Path:
    """Return the folder of the SQL files: inside the installed package, or in the checkout.

    Raises:
        SqlFileError: neither exists.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_sql", package.parent / "sql"):
        if folder.is_dir():
            return folder
    raise SqlFileError("sql/", "the folder is not installed", "install the package again")


@cache
def stage_files(stage: Stage) -> tuple[SqlFile, ...]:
    """Return the parsed files of one stage, in the order in which they run.

    Raises:
        SqlFileError: a header is wrong.
    """
    return tuple(parse(path) for path in sorted((sql_folder() / stage).glob("*.sql")))


def question(name: str) -> SqlFile:
    """Return `sql/ask/NAME.sql`."""
    return next(file for file in stage_files("ask") if file.path.stem == name)


def parse(path: Path) -> SqlFile:
    """Return the file with its header taken apart.

    Raises:
        SqlFileError: a header line is malformed or missing, or its kind is unknown.
    """
    name = f"sql/{path.parent.name}/{path.name}"
    header: dict[str, str] = {}
    more: dict[str, list[str]] = {"clause": [], "limits": []}
    columns: dict[str, str] = {}
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if not line.startswith("--"):
            body = "".join(lines[number:])
            break
        found = _LINE.fullmatch(line.rstrip("\n"))
        if found is None:
            raise SqlFileError(
                name, f"header line {number + 1} is {line.strip()!r}", "write `-- key: text`"
            )
        key, column, value = found.groups()
        if column:
            columns[column] = value
        elif key in more:
            more[key].append(value)
        else:
            header[key] = value
    else:
        raise SqlFileError(name, "there is no statement behind the header", "add one")
    for key in _REQUIRED:
        if key not in header:
            raise SqlFileError(name, f"the header has no {key}", f"add `-- {key}: …`")
    if header["kind"] not in get_args(Kind):
        raise SqlFileError(
            name, f"kind {header['kind']!r} is unknown", f"use one of {', '.join(get_args(Kind))}"
        )
    sources = tuple(filter(None, header.get("sources", "").split(", ")))
    return SqlFile(
        path, header["object"], header["kind"],  # type: ignore[arg-type]
        header["grain"], sources, tuple(more["clause"]), tuple(more["limits"]), columns, body,
        hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
