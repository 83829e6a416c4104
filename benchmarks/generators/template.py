"""Events as templates: rendered once, then filled with the ids of each occurrence.

Rendering JSON costs more than scanning it, so a generator renders each shape once and only
substitutes what differs from event to event.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER: Final = re.compile(rb'"<<#(\w+)>>"')
_TEXT: Final = re.compile(rb"<<(\w+)>>")


def hole(name: str) -> str:
    """Return what stands in a template's string for the text `name`."""
    return f"<<{name}>>"


def number(name: str) -> str:
    """Return what stands in a template, in place of a value, for the number `name`."""
    return f"<<#{name}>>"


def template(value: Mapping[str, object]) -> bytes:
    """Return the value as one line of JSON, to be filled with `template % {b"name": b"text"}`."""
    line = msgspec.json.encode(value).replace(b"%", b"%%")
    return _TEXT.sub(rb"%(\1)b", _NUMBER.sub(rb"%(\1)b", line)) + b"\n"
