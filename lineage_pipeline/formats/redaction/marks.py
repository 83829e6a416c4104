"""What stands in every JSON text that redaction changes: words, and what has to stand around them.

A mark is looked for with upper and lower case of ASCII letters taken for the same.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from lineage_pipeline.formats.redaction import shapes
from lineage_pipeline.formats.redaction.vocabulary import (
    ALWAYS_ENVIRONMENTS,
    ENVIRONMENT_PREFIXES,
    PARTS,
    URL_ONLY,
    WHOLE,
)


class Kind(IntEnum):
    """What a mark tells."""

    TELLS = 0
    """A secret may stand here."""
    PART = 1
    """So it may if this is part of a key, of what something is assigned to, of an option."""
    WHOLE = 2
    """The same, where it is a word of its own."""
    ENVIRONMENT = 3
    """A secret may stand here if this is part of the key of an object or list."""
    VALUE = 4
    """The key of a value that is a secret if another text of the object names one."""
    PREFIX = 5
    """A secret may stand behind it, after letters and digits and a colon or a slash."""


def _spellings(word: str) -> list[str]:
    if " " not in word:
        return [word]
    return [word.replace(" ", separator) for separator in ("", "_", "-", ".", " ")]


NAMES: Final = (*PARTS, *ALWAYS_ENVIRONMENTS)
_ESCAPES: Final = ("\\/", *(f"\\u00{digit}" for digit in range(2, 8)))
MARKS: Final[tuple[tuple[bytes, Kind], ...]] = tuple(
    (text.encode(), kind)
    for kind, texts in (
        (Kind.TELLS, _ESCAPES),
        (Kind.TELLS, shapes.MARKS),
        (Kind.PREFIX, shapes.PREFIXES),
        (Kind.TELLS, [f"{before}{name}=" for name in URL_ONLY[:1] for before in "?&;#"]),
        (Kind.TELLS, [f"{name}=" for name in URL_ONLY[1:2]]),
        (Kind.TELLS, ["bearer ", "bearer\\", "identified ", "identified\\", "oracle:"]),
        (Kind.PART, [spelling for word in NAMES for spelling in _spellings(word)]),
        (Kind.PART, [prefix.removesuffix(".") for prefix in ENVIRONMENT_PREFIXES]),
        (Kind.WHOLE, WHOLE),
        (Kind.ENVIRONMENT, ["env"]),
        (Kind.VALUE, ['value"', 'values"', '"val"', 'content"', '"v"']),
    )
    for text in texts
)
