"""Tables that say of how many rows they show the first, and that fold on a narrow screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.pictures.markup import element, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], total: int | None = None
) -> str:
    """Return a table whose caption says what it leaves out.

    Args:
        caption: what its rows are, and in which order.
        head: the names of the columns; one that ends in `#` holds numbers.
        rows: their cells, which are markup; the first of each names the row.
        total: how many rows there are in all; those shown if left out.
    """
    there = len(rows) if total is None else total
    told = f"{len(rows):,} of {there:,}" if there != len(rows) else f"all {there:,}"
    names = [name.removesuffix("#") for name in head]
    cells = "".join(
        f'<th scope="col"{_kind(name)}>{text_of(name.rstrip("#"))}</th>' for name in head
    )
    body = "".join(_row(names, head, row) for row in rows)
    return (
        f'<div class="frame"><table class="rows"><caption>{text_of(caption)} '
        f'<span class="count">{told}</span></caption><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(names: Sequence[str], head: Sequence[str], row: Sequence[str]) -> str:
    first = f'<th scope="row">{row[0]}</th>'
    rest = "".join(
        element("td", cell or "\N{EN DASH}", class_="number" * head[place].endswith("#"),
                data_head=names[place])
        for place, cell in enumerate(row)
        if place
    )  # fmt: skip
    return f"<tr>{first}{rest}</tr>"


def _kind(name: str) -> str:
    return ' class="number"' if name.endswith("#") else ""


def section(ident: str, title: str, *blocks: str) -> str:
    """Return a part of the page under a heading; blocks are markup, empty ones leave nothing."""
    return f'<section id="{ident}"><h2>{text_of(title)}</h2>{"".join(blocks)}</section>'


def paragraph(*sentences: str) -> str:
    """Return sentences, which are markup, as one paragraph; nothing of none."""
    told = " ".join(filter(None, sentences))
    return f"<p>{told}</p>" if told else ""


def empty(sentence: str) -> str:
    """Return what stands where there is nothing to show: why, as markup."""
    return f'<p class="empty">{sentence}</p>'


def heading(text: str) -> str:
    """Return a heading inside a section."""
    return f"<h3>{text_of(text)}</h3>"


def items(sentences: Iterable[str]) -> str:
    """Return sentences, which are markup, as a list."""
    return f"<ul>{''.join(f'<li>{one}</li>' for one in sentences)}</ul>"
