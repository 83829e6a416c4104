"""What a write puts into each column of its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.inference.relation import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.inference.uses import Uses
    from lineage_pipeline.inference.work import Work
    from lineage_pipeline.inference.writes import Write


def uses_by_column(
    write: Write, fields: tuple[str, ...] | None, work: Work
) -> Iterator[tuple[str, Uses]]:
    """Yield the columns of the target with what goes into them, as its schema spells them.

    Args:
        write: what is written.
        fields: the target's columns, in order; None if they are not known.
        work: keeps a remark of what cannot be told.
    """
    relation = write.relation
    names = _names(write, fields)
    if names is None or (relation.rest is not None and not _keeps_names(write, fields)):
        work.remark("unknown_target_columns", write)
        return
    own = {work.folding.key(name): name for name in fields or ()}
    filled: set[str] = set()
    for name, one in zip(names, relation.fields, strict=True):
        key = work.folding.key(name)
        filled.add(key)
        if not name or (fields is not None and key not in own):
            work.remark("unknown_target_column", one)
        else:
            yield own.get(key, name), one.uses
    if relation.rest is None:
        return
    if fields is None or relation.rest == OPEN:
        work.remark("unknown_star", write)
        return
    # A star of a table without a schema fills the columns of the same names.
    for name in fields:
        if work.folding.key(name) not in filled:
            yield name, relation.rest.field(name).uses


def _keeps_names(write: Write, fields: tuple[str, ...] | None) -> bool:
    """Return whether the query's own names are those of the target."""
    if write.columns or not write.is_by_name:
        return False
    return fields is None or all(one.name for one in write.relation.fields)


def _names(write: Write, fields: tuple[str, ...] | None) -> list[str] | None:
    """Return the target's column for each column that is written, by name or by place.

    By place they must be as many; else None. A column without a name has a place alone.
    """
    written = write.relation.fields
    if _keeps_names(write, fields):
        return [one.name for one in written]
    names = list(write.columns or fields or ())
    return names if len(names) == len(written) else None
