"""A card as one HTML page that opens offline: light and dark, on paper, on a telephone.

It has no script and no link, asks the network for nothing, and its policy lets nothing be loaded
but its own styles. Whatever was written stays text.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lineage_pipeline.cards.blocks import Facts, Items, Table
from lineage_pipeline.cards.card import WRITTEN
from lineage_pipeline.cards.outline import check_table, outline
from lineage_pipeline.pictures.markup import element, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage_pipeline.cards.blocks import Block, Section
    from lineage_pipeline.cards.checking import CheckedCard
    from lineage_pipeline.cards.finding import Finding

_STYLE: Final = Path(__file__).parent / "page.css"
_STATE: Final = {
    "complete": "Complete: every section that its tier asks for is filled, and nothing known "
    "contradicts it.",
    "incomplete": "Incomplete: a section that its tier asks for is not filled.",
    "stale": "Stale: it is older than what it describes, or older than a card may be.",
    "contradicted": "Contradicted: what is recorded says something else.",
}


def render_page(checked: CheckedCard) -> str:
    """Return a card as an HTML page: the same bytes for the same facts and the same text."""
    card = checked.card
    title = text_of(f"{card.overview.name} {card.overview.version}: model card")
    sections = outline(checked)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title>",
            f"<style>{_style()}</style>",
            "</head>",
            "<body>",
            _header(checked),
            "<main>",
            _findings(checked.findings),
            _check(checked),
            *map(_section, sections),
            "</main>",
            _footer(checked),
            "</body>",
            "</html>\n",
        )
    )


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


def _policy() -> str:
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _header(checked: CheckedCard) -> str:
    overview, risk = checked.card.overview, checked.card.risk
    about = filter(None, (overview.task, f"tier {risk.tier}" if risk.tier else "", risk.domain))
    return (
        f"<header><h1>{text_of(overview.name)} "
        f"<small>{text_of(overview.version)}</small></h1>"
        f"<p>{text_of(overview.description)}</p>"
        f'<p class="muted">{text_of(", ".join(about))}</p>'
        f'<p class="state {checked.state}" role="status">{_STATE[checked.state]}</p></header>'
    )


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    items = "".join(
        f"<li><strong>{each.kind}</strong> {_text(each.sentence)} "
        f'<span class="muted">{_text(each.remedy)}</span></li>'
        for each in findings
    )
    return f'<section class="findings"><h2>What is wrong</h2><ul>{items}</ul></section>'


def _check(checked: CheckedCard) -> str:
    return f"<section><h2>Completeness</h2>{_block(check_table(checked))}</section>"


def _mark(mark: str) -> str:
    return f'<span class="status {mark}">{mark.replace("_", " ")}</span>'


def _section(section: Section) -> str:
    status = " ".join(("", *map(_mark, section.marks)))
    blocks = "".join(map(_block, section.blocks))
    body = blocks or '<p class="muted">Nothing is written here.</p>'
    return f'<section><h2 id="{section.name}">{text_of(section.title)}{status}</h2>{body}</section>'


def _block(block: Block) -> str:
    if isinstance(block, Table):
        kept = [place for place in range(len(block.head)) if any(row[place] for row in block.rows)]
        body = "".join(
            f"<tr>{''.join(f'<td>{_text(row[place])}</td>' for place in kept)}</tr>"
            for row in block.rows
        )
        return _framed([block.head[place] for place in kept], body)
    if isinstance(block, Facts):
        rows = "".join(
            f"<dt>{text_of(each.name)}</dt><dd>{_text(each.value)}{_from(each.origin)}</dd>"
            for each in block.facts
            if each.value
        )
        return f"<dl>{rows}</dl>" if rows else ""
    if isinstance(block, Items):
        heading = f"<h3>{text_of(block.name)}</h3>" if block.name else ""
        items = "".join(f"<li>{_text(item)}</li>" for item in block.items)
        return f"{heading}<ul>{items}</ul>{_from(block.origin)}"
    return f"<p>{_text(block.text)}{_from(block.origin)}</p>"


def _framed(head: Iterable[str], body: str) -> str:
    cells = "".join(f'<th scope="col">{text_of(each)}</th>' for each in head)
    return (
        f'<div class="frame"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _text(text: str) -> str:
    """Return any text as content, each of its lines on a line of its own."""
    return "<br>".join(text_of(line) for line in text.split("\n"))


def _from(origin: str) -> str:
    """Return where a value comes from, marked by whether a person or evidence says it."""
    if not origin:
        return ""
    kind = "person" if origin.startswith(WRITTEN) else "evidence"
    return " " + element("span", text_of(origin), class_=f"from {kind}")


def _footer(checked: CheckedCard) -> str:
    cut = "".join(f"<p>Not all is shown of {text_of(each)}.</p>" for each in checked.card.cut)
    return (
        f"<footer>{cut}<p>As of {text_of(checked.card.history.as_of)}. SHA-256 of the card: "
        f"<code>{checked.digest}</code>; of what a submission freezes: "
        f"<code>{checked.frozen_digest}</code>.</p></footer>"
    )
