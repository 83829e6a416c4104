"""The technical documentation of Annex IV as Markdown: what a person wrote, and what is recorded.

Source: Regulation (EU) 2024/1689, Annex IV, points 1 to 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.cards.card import ANNEX_IV
from lineage_pipeline.cards.markdown import blocks_text, text_of
from lineage_pipeline.cards.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage_pipeline.cards.checking import CheckedCard

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("overview", "intended_use"),
    "2": ("training_data", "ancestry", "human_oversight", "approvals"),
    "3": ("limitations", "caveats", "operations"),
    "4": ("evaluation", "fairness"),
    "5": ("risk", "ethics"),
    "6": ("lifecycle", "deployments"),
    "7": (),
    "8": (),
    "9": ("incidents",),
}
"""The sections of a card that bear on each point."""


def render_annex_iv(checked: CheckedCard) -> str:
    """Return the nine points as a Markdown file."""
    return "\n".join(_lines(checked)) + "\n"


def _lines(checked: CheckedCard) -> Iterator[str]:
    card = checked.card
    sections = {section.name: section for section in outline(checked)}
    name = text_of(f"{card.overview.name} {card.overview.version}")
    yield f"# Technical documentation of {name}"
    yield ""
    yield "Regulation (EU) 2024/1689, Annex IV. What is marked as written by a person is their"
    yield "statement; everything else is taken from what was recorded. Whether it meets the"
    yield "regulation is for people to judge."
    yield ""
    yield f"Card {checked.state}, as of {card.history.as_of}. SHA-256 of the card:"
    yield f"`{checked.digest}`."
    yield ""
    for finding in checked.findings:
        yield f"- **{finding.kind}**: {text_of(finding.sentence)}"
    if checked.findings:
        yield ""
    for point, title in ANNEX_IV.items():
        yield f"## {point}. {title}"
        yield ""
        written = card.annex_iv.get(point, "")
        origin = card.origins.get(f"annex_iv.{point}", "")
        yield f"{text_of(written)} ({text_of(origin)})" if written else "Nothing is written here."
        yield ""
        for key in SECTIONS[point]:
            section = sections.get(key)
            if section is not None:
                yield f"### {section.title}"
                yield ""
                yield from blocks_text(section.blocks) or ("Nothing is written here.", "")
