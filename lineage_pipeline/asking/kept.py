"""SQL that people write: kept in the log, asked where it can do no harm, its answer counted."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence import questions
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.evidence.questions import Question
from lineage_pipeline.sandbox.answers import answer_sha256
from lineage_pipeline.sandbox.inquiry import LIMITS, inquirer
from lineage_pipeline.sandbox.messages import Refused
from lineage_pipeline.warehouse.query import open_warehouse, require_published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lineage_pipeline.evidence.questions import Kept
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.sandbox.inquiry import Found
    from lineage_pipeline.sandbox.messages import Limits
    from lineage_pipeline.sandbox.requests import Parameter

ACTOR: Final = "LINEAGE_ACTOR"
"""The variable that says who asks, where nobody is named."""
OF_NAMES: Final = ("Catalog Error", "Binder Error")
"""How DuckDB begins where a table, a macro or a column is not there."""
NO_RELATION: Final = "is no relation of the warehouse"
"""What the sandbox says where a relation is not there."""
MORE: Final = {
    "too_long": "; give it more seconds, or ask for less",
    "too_large": "; give it more memory, rows or bytes, or ask for less",
}


class Told(NamedTuple):
    """An answer, and what the log has of it.

    Attributes:
        question: what was asked, by whom.
        found: the answer.
        asked_at: when.
        answer_sha256: the digest of the answer, as `sandbox.answers` takes it.
        kept: the question as the log has it; None of a warehouse that was copied without one.
        answer_index: the place in the log that tells what became of it; None likewise.
    """

    question: Question
    found: Found
    asked_at: datetime
    answer_sha256: str
    kept: Kept | None
    answer_index: int | None


def login_name() -> str:
    """Return who asks where nobody is named: as the environment says, else as they logged in."""
    named = os.environ.get(ACTOR)
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no user of this number is known here, as in some containers
        return f"uid {os.getuid()}"


def ask_kept(
    paths: WorkspacePaths,
    text: str,
    parameters: Mapping[str, Parameter],
    *,
    actor: str,
    clock: Callable[[], datetime],
    limits: Limits = LIMITS,
) -> Told:
    """Return the answer to a person's query, which was put into the log before it was asked.

    Args:
        paths: the workspace.
        text: one statement that reads.
        parameters: what is bound to its names.
        actor: who asks.
        clock: tells the present.
        limits: how much it may take.

    Raises:
        ConfigError: nothing is published; the query does more than read, does not run, or takes
            more than it may.
        IntegrityError: there ought to be a log, and there is none.
        StorageError: it cannot be kept, and is not asked.
    """
    require_published(paths)
    question = Question(text, actor, {name: _plain(one) for name, one in parameters.items()})
    lake = paths.lake if paths.lake.is_dir() else None
    asked_at = clock()
    with inquirer() as asked, _in_log(paths, question, asked_at, clock) as entry:
        before = _publication(paths)
        reply = asked(paths.warehouse, lake, text, parameters, limits)
        if isinstance(reply, Refused):
            raise ConfigError(_problem(paths, reply))
        if _publication(paths) != before:
            raise ConfigError(
                f"{paths.warehouse}: was published anew while it was asked; ask again"
            )
        entry.n_rows, entry.answer_sha256 = reply.told.row_count, answer_sha256(reply)
    return Told(question, reply, asked_at, entry.answer_sha256, entry.kept, entry.answer_index)


@dataclass(slots=True)
class _Entry:
    """What the log has of a question, and is to be told of its answer."""

    kept: Kept | None = None
    n_rows: int | None = None
    answer_sha256: str = ""
    answer_index: int | None = field(default=None)


@contextmanager
def _in_log(
    paths: WorkspacePaths, question: Question, asked_at: datetime, clock: Callable[[], datetime]
) -> Iterator[_Entry]:
    """Keep a question before what is done with it, and what became of it behind that."""
    entry = _Entry()
    if not questions.is_kept(paths):
        yield entry
        return
    entry.kept = questions.keep_query(paths, question, microseconds(asked_at))
    try:
        yield entry
    finally:
        entry.answer_index = questions.keep_answer(
            paths, entry.kept, entry.n_rows, microseconds(clock()), entry.answer_sha256
        )


def _publication(paths: WorkspacePaths) -> tuple[int, int]:
    """Return what tells one published file from the next; it is replaced, never changed."""
    stat = paths.warehouse.stat()
    return stat.st_ino, stat.st_mtime_ns


def _problem(paths: WorkspacePaths, reply: Refused) -> str:
    """Return why a query has no answer, and what to do about it."""
    if reply.category != "does_not_run":
        how = "is refused" if reply.category == "refused" else "was ended"
        return f"the query {how}: {reply.reason}{MORE.get(reply.category, '')}"
    hint = ""
    if "file system operations are disabled" in reply.reason:
        hint = "; if the workspace has moved, `lineage run` sets its views right"
    elif reply.reason.startswith(OF_NAMES) or NO_RELATION in reply.reason:
        with open_warehouse(paths) as warehouse:
            outdated = warehouse.outdated()
        hint = f"; the warehouse {outdated}" if outdated else ""
    return f"the query does not run: {reply.reason}{hint}"


def _plain(value: Any) -> Any:
    """Return a parameter as JSON has it; a time stands alone under `time`, in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return {"time": value.astimezone(UTC).isoformat()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise ConfigError(
        f"{type(value).__name__}: no parameter has this type; give a text, a number, a truth "
        f"value, a time with a zone, a list of these, or None"
    )
