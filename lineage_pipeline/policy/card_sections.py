"""Which sections of a model card each tier asks for, by name; `cards.toml` holds their rules."""

from __future__ import annotations

from importlib import resources
from typing import Final

import msgspec

SHIPPED: Final = "cards.toml"


class Section(msgspec.Struct, frozen=True):
    """A section, and the tiers that ask for it."""

    name: str
    tiers: tuple[str, ...]


class Sections(msgspec.Struct, frozen=True):
    """The sections that are shipped."""

    section: tuple[Section, ...]


def card_rules_text() -> str:
    """Return the shipped rules for model cards, as they are written."""
    return resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8")


def card_sections() -> tuple[tuple[str, str], ...]:
    """Return each section of a model card with each tier that asks for it."""
    found = msgspec.toml.decode(card_rules_text(), type=Sections)
    return tuple((one.name, tier) for one in found.section for tier in one.tiers)
