"""An answer that was kept as evidence: is it as it was written, does the log have it, still so?"""

from __future__ import annotations

import json
import tempfile
import zipfile
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidSignature

from lineage_pipeline import auditing
from lineage_pipeline.asking.kept import ask_kept
from lineage_pipeline.asking.saving import (
    ANSWER,
    ANSWER_PROOF,
    CSV,
    FORMAT,
    LINES,
    PARQUET,
    QUERY,
    QUERY_PROOF,
    README,
    SUMS,
    Sheet,
)
from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.evidence.entries import Answer, Query, from_bytes
from lineage_pipeline.evidence.questions import Question, is_kept, leaf_of, rows_of
from lineage_pipeline.sandbox.answers import lines_of, put_csv, read_back
from lineage_pipeline.sandbox.inquiry import LIMITS
from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.verifier import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.sandbox.messages import Limits

MEMBERS: Final = frozenset(
    {ANSWER, ANSWER_PROOF, CSV, LINES, PARQUET, QUERY, QUERY_PROOF, README, SUMS}
)
MOST_BYTES: Final = 16 << 30
"""What all members together may unpack to."""
MOST_TEXT_BYTES: Final = 16 << 20
"""What members that are read at once may hold."""
READ_AT_ONCE: Final = 1 << 20


class Check(NamedTuple):
    """One thing that was looked at.

    Attributes:
        check: what.
        holds: whether it is so.
        told: what was found.
        is_integrity: whether it speaks of what was kept, and not of the answer of today.
    """

    check: str
    holds: bool
    told: str
    is_integrity: bool = True


def reperform(
    paths: WorkspacePaths,
    file: Path,
    *,
    actor: str,
    clock: Callable[[], datetime],
    key: str | None = None,
    limits: Limits = LIMITS,
) -> list[Check]:
    """Return what became of an answer that was kept; it is asked again only if it is whole.

    Args:
        paths: the workspace that is asked.
        file: the evidence.
        actor: who asks now.
        clock: tells the present.
        key: the log's first verifier key, if one was handed over; else as the workspace says.
        limits: how much the query may take.

    Raises:
        IntegrityError: it is no such file, or a member is missing.
        ConfigError: the workspace cannot be asked.
    """
    with tempfile.TemporaryDirectory(prefix="lineage-") as place, _broken(file):
        folder = Path(place)
        _unpack(file, folder)
        checks = [_sums(folder)]
        if not checks[0].holds:
            return checks
        sheet = msgspec.json.decode(_text(folder / ANSWER), type=Sheet)
        if sheet.format != FORMAT:
            raise IntegrityError(f"{file}: is of the form {sheet.format!r}, and not {FORMAT!r}")
        question = Question(_text(folder / QUERY).decode(), sheet.asked_by, sheet.parameters)
        checks += [*_digests(folder, sheet), *_log(paths, folder, sheet, question, key)]
        if all(check.holds for check in checks):
            checks += _rows(folder, sheet)
    if all(check.holds for check in checks):
        checks.append(_again(paths, sheet, question, actor, clock, limits))
    return checks


@contextmanager
def _broken(file: Path) -> Iterator[None]:
    """Raise what speaks of a file that holds something else as what it is."""
    try:
        yield
    except (zipfile.BadZipFile, msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
        raise IntegrityError(
            f"{file}: is not what `lineage sql --save` writes: {error}; take it from where it was "
            f"kept"
        ) from error


def _unpack(file: Path, folder: Path) -> None:
    """Put the members of a zip into a folder, which must be those that are known, and no more."""
    left = MOST_BYTES
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        if len(names) != len(set(names)) or not set(names) <= MEMBERS:
            raise zipfile.BadZipFile("it holds other members")
        if missing := sorted(MEMBERS - {QUERY_PROOF, ANSWER_PROOF} - set(names)):
            raise zipfile.BadZipFile(f"{missing[0]} is missing")
        for name in names:
            with packed.open(name) as source, (folder / name).open("xb") as target:
                while piece := source.read(READ_AT_ONCE):
                    left -= len(piece)
                    if left < 0:
                        raise zipfile.BadZipFile("it unpacks to more than it may")
                    target.write(piece)


def _sums(folder: Path) -> Check:
    """Return whether every member has the digest that `SHA256SUMS` says."""
    said = {}
    for line in _text(folder / SUMS).decode().splitlines():
        digest, _, name = line.partition("  ")
        said[name] = digest
    found = {one.name: _sha256(one) for one in folder.iterdir() if one.name != SUMS}
    wrong = sorted(name for name in {*said, *found} if said.get(name) != found.get(name))
    told = f"not so: {', '.join(wrong)}" if wrong else f"{len(found)} members"
    return Check("members are as they were written", not wrong, told)


def _digests(folder: Path, sheet: Sheet) -> Iterator[Check]:
    """Yield whether the digests on the sheet are those of what it speaks of."""
    for name, said, found in (
        ("query", sheet.query_sha256, _sha256(folder / QUERY)),
        ("parameters", sheet.parameters_sha256, sha256(canonical(sheet.parameters)).hexdigest()),
        ("answer", sheet.answer_sha256, _sha256(folder / LINES)),
    ):
        yield Check(f"digest of the {name}", said == found, found)


def _log(
    paths: WorkspacePaths, folder: Path, sheet: Sheet, question: Question, key: str | None
) -> Iterator[Check]:
    """Yield whether the log of the workspace has the question and the answer as they are kept."""
    place = sheet.log
    if place is None:
        # Whoever forges an answer leaves the log out: where there is one, it must have it.
        yield Check("the log has it", not is_kept(paths), "it says that there was no log")
        return
    log, order = auditing.open_trail(paths, auditing.pinned_key(paths, key))
    keys = [reign.key.encoded for reign in order]
    query = _proven(folder / QUERY_PROOF, keys)
    answer = _proven(folder / ANSWER_PROOF, keys)
    for name, index, entry in (
        ("question", place.entry_index, query),
        ("answer", place.answer_index, answer),
    ):
        is_there = entry is not None and index < log.tree.size and log.entry(index) == entry
        yield Check(f"the log has the {name}", is_there, f"entry {index} of {log.tree.size}")
    asked = from_bytes(query) if query else None
    salt = bytes.fromhex(place.salt)
    is_asked = isinstance(asked, Query) and (
        asked.leaf == place.leaf == leaf_of(salt, question)
        and asked.warehouse_sha256 == sheet.warehouse_sha256
        and (asked.tree_size, asked.tree_root) == (place.tree_size, place.tree_root)
        and datetime.fromisoformat(sheet.asked_at).timestamp() * 1e6 // 1 == asked.at
    )
    yield Check("who, when, text, parameters, warehouse", is_asked, f"by {sheet.asked_by!r}")
    said = from_bytes(answer) if answer else None
    is_answered = isinstance(said, Answer) and (
        said.leaf == place.leaf
        and said.n_rows == sheet.row_count
        and said.rows == rows_of(salt, sheet.answer_sha256)
    )
    yield Check("rows and their digest", is_answered, _counted(sheet.row_count))


def _proven(file: Path, keys: list[str]) -> bytes | None:
    """Return the entry that a proof shows under one of the keys; None if it shows none."""
    data = _text(file) if file.exists() else b""
    for key in keys:
        with suppress(
            InvalidSignature, AttributeError, LookupError, RecursionError, TypeError, ValueError
        ):
            return verify.open_entry(data, key)[0]
    return None


def _rows(folder: Path, sheet: Sheet) -> Iterator[Check]:
    """Yield whether Parquet and CSV hold the rows that the digest is taken of."""
    columns = tuple(column.name for column in sheet.columns)
    types = tuple(column.type for column in sheet.columns)
    heads = _heads(folder / LINES)
    yield Check("columns and types", heads == (list(columns), list(types)), f"{len(columns)}")
    as_texts = {place for place, column in enumerate(sheet.columns) if column.is_text}
    again = folder / "again.csv"
    is_parquet = is_csv = False
    with suppress(pa.ArrowException, duckdb.Error, OSError):
        table = pq.read_table(folder / PARQUET)
        rows = read_back(table, types, as_texts)
        digest = sha256()
        for lines in lines_of(rows, columns, types, is_ordered=sheet.is_ordered, as_texts=as_texts):
            digest.update(lines)
        is_parquet = digest.hexdigest() == sheet.answer_sha256
        put_csv(rows, columns, types, again, as_texts)
        is_csv = _sha256(again) == _sha256(folder / CSV)
    yield Check("rows.parquet holds the answer", is_parquet, PARQUET)
    yield Check("rows.csv holds the answer", is_csv, CSV)


def _heads(file: Path) -> tuple[Any, Any]:
    """Return what the first two lines of an answer say: names of columns, and of types."""
    with file.open("rb") as lines, suppress(ValueError):
        return json.loads(lines.readline(READ_AT_ONCE)), json.loads(lines.readline(READ_AT_ONCE))
    return None, None


def _again(  # noqa: PLR0917 - what it takes to ask
    paths: WorkspacePaths,
    sheet: Sheet,
    question: Question,
    actor: str,
    clock: Callable[[], datetime],
    limits: Limits,
) -> Check:
    """Return whether the same query has the same answer today."""
    parameters = {name: _bound(value) for name, value in sheet.parameters.items()}
    what = "asked again, it says the same"
    try:
        told = ask_kept(paths, question.text, parameters, actor=actor, clock=clock, limits=limits)
    except ConfigError as error:
        return Check(what, holds=False, told=str(error), is_integrity=False)
    warehouse = told.kept.query.warehouse_sha256 if told.kept else ""
    of_what = "the same warehouse" if warehouse == sheet.warehouse_sha256 else "another warehouse"
    counts = f"{_counted(told.found.told.row_count)}, of {of_what}"
    return Check(what, told.answer_sha256 == sheet.answer_sha256, counts, is_integrity=False)


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def _bound(value: Any) -> Any:
    """Return a parameter as it is bound: a time stands alone under `time`."""
    if isinstance(value, dict):
        return datetime.fromisoformat(value["time"])
    return [_bound(one) for one in value] if isinstance(value, list) else value


def _text(file: Path) -> bytes:
    with file.open("rb") as stream:
        data = stream.read(MOST_TEXT_BYTES + 1)
    if len(data) > MOST_TEXT_BYTES:
        raise zipfile.BadZipFile(f"{file.name} is too large")
    return data


def _sha256(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as stream:
        while piece := stream.read(READ_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()
