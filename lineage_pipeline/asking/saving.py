"""An answer kept as evidence: one zip that says what was asked, by whom, of what, and what came.

The same answer gives the same bytes. What is in it, and by what each part is held:

| member | holds | held by |
|---|---|---|
| `answer.json` | who, when, parameters, digests, columns, place in the log, salt | both entries |
| `query.sql` | the text as it was asked | the question's entry in the log |
| `rows.ndjson` | what the answer's digest is taken of, see `sandbox.answers` | the answer's entry |
| `rows.parquet`, `rows.csv` | the rows, in the query's order | `rows.ndjson` |
| `query.proof`, `answer.proof` | both entries, proven from the checkpoint in it | the log's key |
| `README.txt` | how all this is checked | sums |
| `SHA256SUMS` | the digest of every other member | |
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import msgspec
import pyarrow.parquet as pq

from lineage_pipeline import __version__
from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.evidence.trail import log_of
from lineage_pipeline.sandbox.answers import digested, distinct, plain_table, write_csv
from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.proofs import entry_proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lineage_pipeline.asking.kept import Told
    from lineage_pipeline.paths import WorkspacePaths

FORMAT: Final = "lineage-answer-1"
ANSWER: Final = "answer.json"
QUERY: Final = "query.sql"
LINES: Final = "rows.ndjson"
PARQUET: Final = "rows.parquet"
CSV: Final = "rows.csv"
QUERY_PROOF: Final = "query.proof"
ANSWER_PROOF: Final = "answer.proof"
README: Final = "README.txt"
SUMS: Final = "SHA256SUMS"
AD_HOC: Final = "unvalidated IPE"
"""Information produced by the entity by a query that nobody has reviewed: who relies on it must
look at the query first."""
PUBLISHED: Final = "published relation"
"""All of a relation or macro that the release defines and tests, as it is published."""
STAMP: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every member: zip has no earlier one, and when it was written is no fact."""
PRIVATE_MODE: Final = 0o600
COPIED_AT_ONCE: Final = 1 << 20

GUIDE: Final = """\
An answer of `lineage sql`, kept as evidence.

Asked of      warehouse.duckdb with the SHA-256 in answer.json (warehouse_sha256)
Standing      {standing}
Rows          {row_count}

    sha256sum -c SHA256SUMS        every part is as it was written
    sha256sum rows.ndjson          is answer_sha256 in answer.json
    sha256sum query.sql            is query_sha256

rows.ndjson   names of columns, their types, then a list for each row: exact texts, and null.
rows.parquet  the same in types; columns that answer.json calls texts had none in Parquet.
rows.csv      the same as texts. Null is nothing, an empty text stands in quotes. No text is
              altered: one that begins with = + - or @ may be taken for a formula by a
              spreadsheet, so bring it in as text, or use rows.parquet.
query.proof   the entry of the log from before the query ran, and answer.proof that of after it:
              C2SP tlog-proofs, which `verify.py entry` or any such tool checks with the log's
              key. The first commits by `leaf` to who asked, text and parameters, the second by
              `rows` to answer_sha256, both behind the salt in answer.json.

    lineage sql --reperform FILE.zip        checks all that, asks again, and compares
"""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the log has the question.

    Attributes:
        entry_index: of the question.
        answer_index: of what became of it.
        leaf: the question's digest behind the salt.
        salt: the salt, as hex.
        tree_size: how many entries the log had when it was asked.
        tree_root: the root over those, as hex.
    """

    entry_index: int
    answer_index: int
    leaf: str
    salt: str
    tree_size: int
    tree_root: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the answer.

    Attributes:
        name: as the query gives it.
        kept_as: its name in the files of rows; another one where one stands there twice.
        type: DuckDB's name of its type.
        comment: what the warehouse says of it.
        is_text: whether it is text in Parquet although it is none.
    """

    name: str
    kept_as: str
    type: str
    comment: str
    is_text: bool


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in `answer.json`.

    Attributes:
        format: which form this is.
        standing: `published relation`, with its name, or `unvalidated IPE`.
        asked_at: when, in UTC.
        asked_by: who asked, as given.
        parameters: what was bound.
        query_sha256: of the text.
        parameters_sha256: of the parameters in canonical form.
        warehouse_sha256: of what was asked; empty if the log does not say.
        answer_sha256: of `rows.ndjson`.
        row_count: the rows.
        is_ordered: whether the query says in which order.
        columns: of the answer.
        confinement: of the process that asked.
        engine: which DuckDB.
        program: which release.
        log: where the log has it; None if there was none.
    """

    format: str
    standing: str
    asked_at: str
    asked_by: str
    parameters: dict[str, Any]
    query_sha256: str
    parameters_sha256: str
    warehouse_sha256: str
    answer_sha256: str
    row_count: int
    is_ordered: bool
    columns: tuple[Column, ...]
    confinement: str
    engine: str
    program: str
    log: Place | None


def save(paths: WorkspacePaths, told: Told, file: Path) -> None:
    """Write an answer as evidence.

    Args:
        paths: the workspace that was asked.
        told: the answer.
        file: which must not be there yet; nobody but its owner may read it.

    Raises:
        ConfigError: it is there.
        IntegrityError: the warehouse is not, or no longer, the one that the log says was asked.
        OSError: it cannot be written.
    """
    _require_sealed(paths, told)
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=file.parent) as place:
        folder = Path(place)
        as_texts = write_rows(told, folder)
        sheet = sheet_of(told, as_texts)
        (folder / ANSWER).write_bytes(msgspec.json.format(msgspec.json.encode(sheet)) + b"\n")
        (folder / QUERY).write_bytes(told.question.text.encode())
        guide = GUIDE.format(standing=sheet.standing, row_count=sheet.row_count)
        (folder / README).write_text(guide, encoding="utf-8")
        if sheet.log is not None:
            log = log_of(paths)
            (folder / QUERY_PROOF).write_bytes(entry_proof(log, sheet.log.entry_index))
            (folder / ANSWER_PROOF).write_bytes(entry_proof(log, sheet.log.answer_index))
        members = sorted(one.name for one in folder.iterdir())
        sums = "".join(f"{_sha256(folder / name)}  {name}\n" for name in members)
        (folder / SUMS).write_text(sums, encoding="utf-8")
        _pack(folder, [*members, SUMS], folder / "evidence.zip")
        if file.exists():
            raise ConfigError(f"{file}: is there already, and is not written over")
        (folder / "evidence.zip").rename(file)


def _require_sealed(paths: WorkspacePaths, told: Told) -> None:
    """Return if the warehouse is what the log says was asked: it is about to be vouched for."""
    said = told.kept.query.warehouse_sha256 if told.kept else ""
    if said and _sha256(paths.warehouse) != said:
        raise IntegrityError(
            f"{paths.warehouse}: is not the warehouse that was sealed with {said}, so no answer of "
            f"it is kept as evidence. `lineage audit verify` says what was altered; if it was "
            f"published anew meanwhile, ask again"
        )


def write_rows(told: Told, folder: Path) -> tuple[str, ...]:
    """Write the rows of an answer in all their forms; return which columns became texts."""
    with (folder / LINES).open("wb") as lines:
        lines.writelines(digested(told.found))
    table, as_texts = plain_table(told.found)
    pq.write_table(table, folder / PARQUET, compression="zstd")
    write_csv(told.found, folder / CSV)
    return as_texts


def sheet_of(told: Told, as_texts: Iterable[str]) -> Sheet:
    """Return what `answer.json` says of an answer, some of whose columns became texts."""
    found = told.found.told
    parameters: Mapping[str, Any] = told.question.parameters or {}
    kept, chosen = told.kept, set(as_texts)
    log = None
    if kept is not None and told.answer_index is not None:
        log = Place(
            entry_index=kept.entry_index,
            answer_index=told.answer_index,
            leaf=kept.leaf,
            salt=kept.salt.hex(),
            tree_size=kept.query.tree_size,
            tree_root=kept.query.tree_root,
        )
    fields = zip(found.columns, distinct(found.columns), found.types, found.comments, strict=True)
    return Sheet(
        format=FORMAT,
        standing=f"{PUBLISHED} {found.relation}" if found.relation else AD_HOC,
        asked_at=told.asked_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        asked_by=told.question.actor,
        parameters=dict(parameters),
        query_sha256=found.query_sha256,
        parameters_sha256=sha256(canonical(dict(parameters))).hexdigest(),
        warehouse_sha256=kept.query.warehouse_sha256 if kept else "",
        answer_sha256=told.answer_sha256,
        row_count=found.row_count,
        is_ordered=found.is_ordered,
        columns=tuple(
            Column(name=name, kept_as=own, type=kind, comment=comment, is_text=own in chosen)
            for name, own, kind, comment in fields
        ),
        confinement=str(found.confinement),
        engine=f"duckdb {duckdb.__version__}",
        program=f"lineage_pipeline {__version__}",
        log=log,
    )


def _sha256(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as stream:
        while piece := stream.read(COPIED_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def _pack(folder: Path, members: list[str], file: Path) -> None:
    """Put members of a folder into a zip in this order, and make it durable."""
    with file.open("xb") as out:
        os.fchmod(out.fileno(), PRIVATE_MODE)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in members:
                info = zipfile.ZipInfo(name, STAMP)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = PRIVATE_MODE << 16
                info.create_system = 3
                with (
                    (folder / name).open("rb") as source,
                    packed.open(info, "w", force_zip64=True) as target,
                ):
                    while piece := source.read(COPIED_AT_ONCE):
                        target.write(piece)
        out.flush()
        os.fsync(out.fileno())
