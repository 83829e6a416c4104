"""Rows of several kinds for people: a small table of each kind, under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.warehouse.query import Answer


class Section(NamedTuple):
    """A table of the rows of some kinds: its title, and which column stands under which head."""

    title: str
    kinds: tuple[str, ...]
    columns: Mapping[str, str]


def section_text(answer: Answer, sections: Sequence[Section], width: int | None) -> str:
    """Return the tables that have rows, in the order of `sections`; the kind is the first column.

    Columns that are empty in every row of a table are left out of it.
    """
    from lineage_pipeline.cli.rows import as_table

    tables = [
        (section.title, as_table(part, (), width))
        for section in sections
        if (part := _part(answer, section)).rows
    ]
    return "\n".join(f"{title}\n{table}\n" for title, table in tables)


def _part(answer: Answer, section: Section) -> Answer:
    from lineage_pipeline.warehouse.query import Answer

    rows = [
        [_shown(row[answer.columns.index(column)]) for column in section.columns.values()]
        for row in answer.rows
        if row[0] in section.kinds
    ]
    filled = [
        place
        for place in range(len(section.columns))
        if any(row[place] not in (None, "") for row in rows)
    ]
    heads = tuple(section.columns)
    return Answer(
        tuple(heads[place] for place in filled),
        [tuple(row[place] for place in filled) for row in rows],
    )


def _shown(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
