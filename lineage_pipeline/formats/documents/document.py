"""What a document is: what a registry answered, a monitor found, a person did, as one JSON object.

A document is kept whole; SQL takes out of it what tables show. Here it is only said which kinds
there are, what each must hold for that SQL to understand it, and when it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import msgspec

Moment: TypeAlias = str | int | None
_POLL: Final = re.compile(r"(?:^|/)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/")
"""When a document speaks of: as it is written, or in milliseconds since 1970."""
FreeForm: TypeAlias = Mapping[str, msgspec.Raw]
Text = msgspec.Meta(min_length=1)
_POLLED: Final = re.compile(r"(?:^|/)registry/[a-z]+/([^/]+)/\d{8}T\d{6}Z/")
NS_IN_MS: Final = 1_000_000
"""Nanoseconds in a millisecond."""


class Part(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An object inside a document; what else it holds passes."""


def polled_at(_: object, source_file: str) -> Moment:
    """Return when a registry was asked, as the folder of the file says it."""
    found = _POLL.search(source_file)
    return "{}-{}-{}T{}:{}:{}Z".format(*found.groups()) if found else None


def polled_registry(source_file: str) -> str:
    """Return the registry that the folder of a poll names; empty if it names none."""
    found = _POLLED.search(source_file)
    return found[1] if found else ""


@dataclass(frozen=True)
class DocumentFormat:
    """One kind of document.

    Attributes:
        kind: what tables call it.
        source: the landing folder that it is admissible in.
        keys: members that tell it from the other kinds of the folder.
        body: the Struct that it must decode into.
        moment: when it speaks of, from its body and the name of its file; None: it does not say.
        tag: the key and the value of a member that only this kind has, if keys alone do not tell.
        teller: who says it, from the name of its file, where its body does not: two registries may
            answer the same in the same second, and each has said it.
        is_verbatim: it is kept as it is, since a digest speaks of its very bytes; only for what
            this program writes itself, of facts from which secrets have gone before.
    """

    kind: str
    source: str
    keys: frozenset[str]
    body: type[Part]
    moment: Callable[[Any, str], Moment]
    tag: tuple[str, str] | None = None
    teller: Callable[[str], str] | None = None
    is_verbatim: bool = False

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """What reads its body."""
        return msgspec.json.Decoder(self.body)
