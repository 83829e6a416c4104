"""Where each field of a card comes from, noted as it is filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lineage_pipeline.cards.card import WRITTEN
from lineage_pipeline.cards.written import shown

if TYPE_CHECKING:
    from lineage_pipeline.cards.facts import Known
    from lineage_pipeline.cards.written import Part


@dataclass
class Origins:
    """The origins of the fields that hold something.

    Attributes:
        source: where the written card stands.
        cut: what evidence knows more of than a card holds.
    """

    source: str
    by_path: dict[str, str] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)

    def evidenced(self, path: str, value: str, evidence: str) -> str:
        """Return a value of evidence, noted as such unless it is empty."""
        made = shown(value)
        if made:
            self.by_path[path] = shown(evidence, 400) or "evidence"
        return made

    def known(self, path: str, known: Known, part: Part, key: str) -> str:
        """Return what evidence says; where it says nothing, what a person wrote."""
        return self.evidenced(path, known.value, known.evidence) or self.text(path, part, key)

    def text(self, path: str, part: Part, key: str) -> str:
        """Return a text that a person wrote."""
        return self.note(path, part.text(key))

    def texts(self, path: str, part: Part, key: str) -> tuple[str, ...]:
        """Return a list of texts that a person wrote."""
        found = part.texts(key)
        self.note(path, "".join(found))
        return found

    def number(self, path: str, part: Part, key: str) -> float | None:
        """Return a number that a person wrote."""
        found = part.number(key)
        self.note(path, "" if found is None else "number")
        return found

    def note(self, path: str, value: str) -> str:
        """Return a value that a person wrote, noted as such unless it is empty."""
        if value:
            self.by_path[path] = f"{WRITTEN}: {self.source}" if self.source else WRITTEN
        return value
