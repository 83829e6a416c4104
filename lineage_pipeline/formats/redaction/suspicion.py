"""Which JSON texts may hold a secret: a quick look at all, before a long one at those few.

Where the package was compiled one pass finds all marks and looks at what stands around them
(`formats.split.hints`). Where it was not, a mark alone is enough: more is looked at in vain, and
what is found is the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.redaction.marks import MARKS

if TYPE_CHECKING:
    from lineage_pipeline.formats.split.hints import Hints

_MARK: Final = re.compile(b"|".join((b"@", *(re.escape(word) for word, _ in MARKS))))


def suspected(bodies: list[bytes]) -> list[bool]:
    """Return for each JSON text whether it may hold a secret; UTF-8 is assumed."""
    hints = compiled()
    return list(map(holds_mark, bodies)) if hints is None else hints.stand_in(bodies)


def is_suspect(body: bytes) -> bool:
    """Return whether the JSON text may hold a secret."""
    hints = compiled()
    return holds_mark(body) if hints is None else hints.stands_in(body)


def holds_mark(body: bytes) -> bool:
    """Return whether anything in the text is a mark, whatever stands around it."""
    return _MARK.search(body.lower()) is not None


@cache
def compiled(public: tuple[str, ...] = ()) -> Hints | None:
    """Return what looks for all marks at once, None where the package was not compiled.

    Args:
        public: keys that name a secret and hold none.
    """
    try:
        from lineage_pipeline.formats.split.hints import Hints
    except ImportError:
        return None
    marks = [(word, int(kind)) for word, kind in MARKS]
    return Hints(marks, [f'"{key}"'.encode() for key in public])
