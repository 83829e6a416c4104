"""A card as Markdown, with the front matter that the Hugging Face Hub reads.

Whatever was written stays text: no mark-up, no image and no HTML in it acts, and an address shows
where it leads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lineage_pipeline.cards.blocks import Facts, Items, Table
from lineage_pipeline.cards.front_matter import front_matter
from lineage_pipeline.cards.outline import check_table, outline
from lineage_pipeline.pictures.label import printable_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.cards.blocks import Block
    from lineage_pipeline.cards.checking import CheckedCard

_MARKS: Final = re.compile(r"([\\`*_{}\[\]#|~$])")
_BULLET: Final = re.compile(r"^([-+=])")
_NUMBER: Final = re.compile(r"^(\d+)([.)])(?=\s|$)")


def render_markdown(checked: CheckedCard) -> str:
    """Return a card as a Markdown file, with front matter."""
    body = "\n".join(_body(checked))
    return f"---\n{front_matter(checked)}---\n\n{body}\n"


def text_of(text: str) -> str:
    """Return any text as Markdown that shows it as it is, on one line."""
    lines = [_line(line.strip()) for line in text.split("\n")]
    return "<br>".join(line for line in lines if line)


def blocks_text(blocks: Sequence[Block]) -> list[str]:
    """Return blocks as lines of Markdown."""
    return [line for block in blocks for line in (*_block(block), "")]


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; columns in which nothing stands are left out."""
    kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
    yield f"| {' | '.join(head[place] for place in kept)} |"
    yield f"|{'---|' * len(kept)}"
    for row in rows:
        yield f"| {' | '.join(text_of(row[place]) for place in kept)} |"


def _line(text: str) -> str:
    made = printable_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    made = _MARKS.sub(r"\\\1", made)
    return _BULLET.sub(r"\\\1", _NUMBER.sub(r"\1\\\2", made))


def _body(checked: CheckedCard) -> Iterator[str]:
    overview = checked.card.overview
    yield f"# {text_of(f'{overview.name} {overview.version}')}"
    yield ""
    yield f"Card {checked.state}, as of {checked.card.history.as_of}."
    yield f"SHA-256 of the card: `{checked.digest}`;"
    yield f"of what a submission freezes: `{checked.frozen_digest}`."
    yield ""
    for finding in checked.findings:
        yield f"- **{finding.kind}**: {text_of(finding.sentence)} {text_of(finding.remedy)}"
    if checked.findings:
        yield ""
    yield from _block(check_table(checked))
    yield ""
    for cut in checked.card.cut:
        yield f"- Not all is shown of {text_of(cut)}"
    for section in outline(checked):
        yield f"## {section.title}"
        yield ""
        if section.marks:
            yield f"Status: {text_of(', '.join(section.marks))}"
            yield ""
        yield from blocks_text(section.blocks) or ("Nothing is written here.", "")


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from table_lines(block.head, block.rows)
    elif isinstance(block, Facts):
        rows = [(each.name, each.value, each.origin) for each in block.facts if each.value]
        if rows:
            yield from table_lines(("Field", "Value", "From"), rows)
    elif isinstance(block, Items):
        if block.name:
            yield f"**{text_of(block.name)}**{_from(block.origin)}"
            yield ""
        yield from (f"- {text_of(item)}" for item in block.items)
        if not block.name and block.origin:
            yield ""
            yield _from(block.origin).strip()
    else:
        yield text_of(block.text)
        if block.origin:
            yield ""
            yield _from(block.origin).strip()


def _from(origin: str) -> str:
    return f" ({text_of(origin)})" if origin else ""
