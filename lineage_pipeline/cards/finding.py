"""A finding: where a card and evidence contradict each other, or where the card is too old."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal["contradicted", "stale"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a card says and what evidence says.

    Attributes:
        kind: whether they contradict each other or the card is older than what it describes.
        rule: which check found it, such as `metric` or `owner`.
        field: the place in the card.
        stated: what the card says; empty if it says nothing.
        stated_source: where it says so.
        observed: what evidence says; empty if it says nothing.
        observed_source: where that stands.
        sentence: both values and both sources, in words.
        remedy: what to do next.
    """

    kind: Kind
    rule: str
    field: str
    stated: str
    stated_source: str
    observed: str
    observed_source: str
    sentence: str
    remedy: str
