"""What a section of a rendered card is made of; each says where its values come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Fact:
    """A named value and its origin."""

    name: str
    value: str
    origin: str = ""


@dataclass(frozen=True)
class Facts:
    """Named values below each other."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Items:
    """A list under a heading of its own, and its origin."""

    name: str
    items: tuple[str, ...]
    origin: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under column heads."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Words:
    """A text and its origin."""

    text: str
    origin: str = ""


Block: TypeAlias = Facts | Items | Table | Words


@dataclass(frozen=True)
class Section:
    """A section.

    Attributes:
        marks: what is to be said of it in a word each: its status, whether it is contradicted.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    marks: tuple[str, ...] = ()
