"""Pieces of the page of a pack, as markup; all text is escaped here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from lineage_pipeline.pictures.markup import element, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_SHOWN: Final = 25
"""Rows of a table on the page; the file has all."""


def section(name: str, title: str, body: str) -> str:
    """Return a section with its heading, to which links lead by name."""
    return f'<section><h2 id="{name}">{text_of(title)}</h2>{body}</section>'


def heading(text: str) -> str:
    """Return a heading inside of a section."""
    return f"<h3>{text_of(text)}</h3>"


def paragraph(text: str) -> str:
    """Return a paragraph, nothing for no text."""
    return f"<p>{text_of(text)}</p>" if text else ""


def word(text: str, mood: Literal["good", "bad", "open"]) -> str:
    """Return a verdict in a word, in its colour."""
    return f'<span class="word {mood}">{text_of(text)}</span>'


def link(path: str, text: str) -> str:
    """Return a link to a file of the pack."""
    return element("a", text_of(text), href=path)


def pairs(facts: Iterable[tuple[str, str]]) -> str:
    """Return named values; those that are empty are left out."""
    rows = "".join(
        f"<dt>{text_of(name)}</dt><dd>{text_of(value)}</dd>" for name, value in facts if value
    )
    return f"<dl>{rows}</dl>" if rows else ""


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    is_markup: bool = False,
    of: str = "",
) -> str:
    """Return rows under their heads.

    Args:
        head: of the columns.
        rows: cells as text.
        is_markup: cells are markup already, and all rows are shown.
        of: the file that has all rows, if these may be too many.
    """
    shown = rows if is_markup else rows[:MOST_SHOWN]
    cells = "".join(f'<th scope="col">{text_of(each)}</th>' for each in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{one if is_markup else text_of(one)}</td>' for one in row)}</tr>"
        for row in shown
    )
    cut = (
        f"<p>{len(shown)} of {len(rows)} rows; {link(f'{of}.csv', of)} has all.</p>"
        if len(shown) < len(rows)
        else ""
    )
    return (
        f'<div class="frame"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{cut}"
    )
