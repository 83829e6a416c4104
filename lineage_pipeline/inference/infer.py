"""A text of SQL and the datasets of its statement in, rows of column lineage out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlglot import exp

from lineage_pipeline.inference.reading import RefusalError, quiet_and_deep, statements_of
from lineage_pipeline.inference.relation import UNKNOWN, Field, Relation
from lineage_pipeline.inference.targets import uses_by_column
from lineage_pipeline.inference.uses import Kind, Use, Uses
from lineage_pipeline.inference.work import Work
from lineage_pipeline.inference.writes import Write, writes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.inference.datasets import Dataset

MAX_ROWS: Final = 50_000
"""Rows of one text; a statement that people wrote has some hundreds."""


class ColumnRow(NamedTuple):
    """A column of an output, or all of it (None), that uses a column of an input.

    The datasets are meant by their places in what was handed over.
    """

    output: int
    output_field: str | None
    source: int
    source_field: str
    kind: Kind


class Inference(NamedTuple):
    """What a text says of the outputs of its statement.

    Attributes:
        columns: what their columns are made of, and what steers their rows.
        reads: each output with each dataset that the text reads for it, whatever its columns.
        covered: the outputs of which every table that is read for them is known, so that an
            input that is not among `reads` is not used.
        remarks: how often something stayed open, by reason; never what.
    """

    columns: tuple[ColumnRow, ...]
    reads: tuple[tuple[int, int], ...]
    covered: tuple[int, ...]
    remarks: dict[str, int]


_FROM_OUTSIDE: Final = (
    exp.Placeholder, exp.Parameter, exp.SessionParameter, exp.Anonymous, exp.AnonymousAggFunc,
    exp.Column,
)  # fmt: skip
"""Values that are not in the text; a column of no table is a variable."""

NOTHING_READ: Final = Inference((), (), (), {})


def infer(text: str, dialect: str, datasets: Sequence[Dataset]) -> Inference:
    """Return what the text says of how the outputs are made of the inputs.

    Args:
        text: one statement or several.
        dialect: as sqlglot calls it; the empty text for its default.
        datasets: the inputs and outputs of the statement.
    """
    try:
        with quiet_and_deep():
            return _inferred(text, dialect, datasets)
    except RefusalError as refusal:
        return NOTHING_READ._replace(remarks={refusal.reason: 1})
    except RecursionError:
        return NOTHING_READ._replace(remarks={"too_deep": 1})
    except Exception:  # noqa: BLE001 - no text may stop the build; the reason says that one tried
        return NOTHING_READ._replace(remarks={"failed": 1})


def _inferred(text: str, dialect: str, datasets: Sequence[Dataset]) -> Inference:
    statements = statements_of(text, dialect)
    work = Work(datasets, dialect)
    writes: list[tuple[int, Write]] = []
    is_whole = True
    for statement in statements:
        for write in writes_of(statement, work):
            place = _place_of(write, statements, work)
            if place is None:
                _keep(write, work)
            else:
                writes.append((place, write._replace(is_given=_is_given(write, statement))))
        if _has_unseen(statement, work):
            work.remark("unsupported_query", statement)
            is_whole = False
        if isinstance(statement, exp.Drop):
            _forget(statement, work)
    if not writes:
        work.remark("no_output", text)
    rows = dict.fromkeys(row for place, write in writes for row in _rows(place, write, work))
    if len(rows) > MAX_ROWS:
        raise RefusalError("too_many_rows")
    reads = dict.fromkeys(pair for place, write in writes for pair in _reads(place, write, work))
    remarks = work.remarks()
    is_whole = is_whole and "unsupported_statement" not in remarks
    covered = _covered(writes) if is_whole else set()
    return Inference(tuple(rows), tuple(reads), tuple(sorted(covered)), remarks)


def _covered(writes: list[tuple[int, Write]]) -> set[int]:
    """Return the outputs that are filled from known tables only, or by values of the text itself.

    A text that fills no output, such as a DELETE, or `select 1` alone, does not explain it.
    """
    filled = {
        place
        for place, write in writes
        if write.is_given or (write.is_filling and write.relation.reads - {place})
    }
    return filled - {place for place, write in writes if UNKNOWN in write.relation.reads}


def _is_given(write: Write, statement: exp.Expr) -> bool:
    """Return whether all that comes in stands in the text: it reads nothing, and nobody binds it.

    What a program binds, or a function of its own returns, may be made of the inputs.
    """
    is_alone = write.target is None or bool(write.relation.reads) or not write.is_filling
    return not is_alone and statement.find(*_FROM_OUTSIDE) is None


def _place_of(write: Write, statements: list[exp.Expr], work: Work) -> int | None:
    """Return the output that is written.

    A query alone is what a model's own text is, such as dbt's: it makes the one output there is.
    """
    if write.target is not None:
        return work.written(write.target)
    outputs = [place for place, one in enumerate(work.datasets) if not one.is_input]
    queries = [one for one in statements if isinstance(one, exp.Query) and not one.args.get("into")]
    return outputs[0] if len(outputs) == 1 and len(queries) == 1 else None


def _keep(write: Write, work: Work) -> None:
    """Keep what a table holds that is no output, for the statements after it."""
    if not write.target:
        return
    name = work.own_name(write.target)
    before = work.made.get(name, Relation())
    known = tuple(one.name for one in before.fields) or None
    fields = {work.folding.key(one.name): one for one in before.fields}
    for column, uses in uses_by_column(write, known, work):
        key = work.folding.key(column)
        held = fields.get(key, Field(column, frozenset()))
        fields[key] = Field(column, held.uses | uses)
    relation = write.relation
    rest = before.rest or relation.rest
    work.made[name] = Relation(
        tuple(fields.values()), rest, before.steers | relation.steers,
        before.reads | relation.reads,
    )  # fmt: skip


def _forget(drop: exp.Drop, work: Work) -> None:
    for table in drop.find_all(exp.Table):
        work.made.pop(tuple(work.folding.key(part.name) for part in table.parts), None)


def _has_unseen(statement: exp.Expr, work: Work) -> bool:
    """Return whether a table stands in a part of the statement that nothing looked at."""
    if isinstance(statement, exp.Drop | exp.TruncateTable | exp.Command):
        return False
    return any(id(table) not in work.seen for table in statement.find_all(exp.Table))


def _rows(place: int, write: Write, work: Work) -> Iterator[ColumnRow]:
    for name, uses in uses_by_column(write, work.datasets[place].fields, work):
        yield from _of(place, name, uses, work)
    yield from _of(place, None, write.relation.steers, work)


def _of(place: int, name: str | None, uses: Uses, work: Work) -> Iterator[ColumnRow]:
    for use in sorted(uses):
        if use.dataset != place or _is_flow(name, use):
            yield ColumnRow(place, name, *use)
            work.spend()


def _is_flow(name: str | None, use: Use) -> bool:
    """Return whether what an output takes from itself is more than finding or keeping rows."""
    return use.kind.is_direct and (name != use.column or use.kind is not Kind.IDENTITY)


def _reads(place: int, write: Write, work: Work) -> Iterator[tuple[int, int]]:
    for source in sorted(write.relation.reads - {UNKNOWN}):
        if source != place:
            yield place, source
    for row in _rows(place, write, work):
        if row.source == place:
            yield place, place
