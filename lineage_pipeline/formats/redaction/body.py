"""Secrets in a facet or a record: JSON is walked, each value judged by the keys it stands under."""

from __future__ import annotations

from typing import Final

from lineage_pipeline.formats.redaction.keys import (
    always_environment,
    is_count,
    names_environment,
    names_secret,
)
from lineage_pipeline.formats.redaction.modes import SECRETS, Mode, mode_of_facet
from lineage_pipeline.formats.redaction.places import inside, items, members
from lineage_pipeline.formats.redaction.suspicion import is_suspect
from lineage_pipeline.formats.redaction.text import redact_identifier, redact_text
from lineage_pipeline.formats.redaction.tree import Leaf, Members, Node, parse, quoted
from lineage_pipeline.formats.redaction.vocabulary import HARMLESS, LINEAGE_FACETS, MASK
from lineage_pipeline.formats.rejection import is_value

_DEEPEST: Final = 8
"""How often JSON may stand as text in JSON; what is below is read as free text."""
_OF_FACET: Final = frozenset(("_producer", "_schemaURL", "_deleted"))
_ENDS: Final = ("{}", "[]", '""')


def redact_body(key: str, body: bytes) -> tuple[bytes, int]:
    """Return a facet's bytes without secrets, and how many values were masked.

    Args:
        key: the facet's key, which may name a secret or an environment itself.
        body: the facet as JSON text; what is not masked keeps its bytes.
    """
    if not is_always_redacted(key) and not is_suspect(body):
        return body, 0
    text, count = _Walk(key, 0).redacted(body.decode(), mode_of_facet(key))
    return (text.encode(), count) if count else (body, 0)


def is_always_redacted(key: str) -> bool:
    """Return whether all bodies under a facet's key may hold secrets, whatever stands in them."""
    return names_environment(key) or names_secret(key)


class _Walk:
    """One walk through the JSON of one facet."""

    def __init__(self, facet: str, depth: int) -> None:
        self._facet = facet
        self._depth = depth
        self._is_lineage = facet in LINEAGE_FACETS
        self._edits: list[tuple[int, int, str]] = []

    def redacted(self, text: str, mode: Mode) -> tuple[str, int]:
        """Return the JSON text without secrets, and how many values were masked."""
        places = self._begin(parse(text), mode)
        while places:
            node, mode = places.pop()
            if isinstance(node, Leaf):
                self._leaf(node, mode)
            elif isinstance(node, Members):
                self._keys(node)
                places += members(node, mode, is_lineage=self._is_lineage)
            else:
                places += items(node, mode)
        return self._edited(text), len(self._edits)

    def _begin(self, root: Node, mode: Mode) -> list[tuple[Node, Mode]]:
        """Return what is to be looked at first; what a secret facet says of itself stays."""
        if self._depth or not (mode in SECRETS or mode is Mode.ENVIRONMENT):
            return [(root, mode)]
        if not isinstance(root, Members):
            is_name = isinstance(root, Leaf) and mode is Mode.ENVIRONMENT
            is_open = is_name and not always_environment(self._facet)
            return [(root, Mode.ANY if is_open else mode)]
        self._keys(root)
        return [
            (node, Mode.ANY if key.text in _OF_FACET else inside(mode, node))
            for key, node in root.pairs
        ]

    def _edited(self, text: str) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, new in sorted(self._edits):
            pieces += (text[done:start], new)
            done = end
        return "".join((*pieces, text[done:]))

    def _edit(self, leaf: Leaf, new: str) -> None:
        self._edits.append((leaf.start, leaf.end, quoted(new)))

    def _keys(self, node: Members) -> None:
        """Mask what the keys of an object give away themselves."""
        for key, _ in node.pairs:
            clean = redact_text(key.text or "")
            if clean != key.text:
                self._edit(key, clean)

    def _leaf(self, leaf: Leaf, mode: Mode) -> None:
        if leaf.text is None:
            if mode in (Mode.NUMBER, Mode.VARIABLE) and leaf.is_number:
                self._edit(leaf, MASK)
            return
        clean = self._clean(leaf.text, mode)
        if clean != leaf.text:
            self._edit(leaf, clean)

    def _clean(self, text: str, mode: Mode) -> str:
        if mode is Mode.VARIABLE:
            return MASK
        if mode in SECRETS:
            is_none = text.lower() in HARMLESS or (mode is Mode.TOKEN and is_count(text))
            return text if is_none else MASK
        if mode is Mode.IDENTIFIER:
            return redact_identifier(text)[0] or ""
        nested = self._nested(text, mode)
        if nested is not None:
            return nested
        if mode is Mode.ENVIRONMENT:
            return "\n".join(map(_assignment, text.split("\n")))
        return redact_text(text, is_code=mode is Mode.CODE)

    def _nested(self, text: str, mode: Mode) -> str | None:
        """Return JSON that stands as text without its secrets; None if it is no JSON."""
        stripped = text.strip()
        if self._depth >= _DEEPEST or '"' not in text or stripped[:1] + stripped[-1:] not in _ENDS:
            return None
        if not _is_json(text):
            return None
        return _Walk(self._facet, self._depth + 1).redacted(text, mode)[0]


def _assignment(line: str) -> str:
    """Return a line of an environment: `A=b` keeps its name, and so does a bare name."""
    name, equals, _ = line.partition("=")
    if equals and " " not in name:
        return f"{name}={MASK}"
    is_name = line.isidentifier() and line.isascii() and line == line.upper()
    return line if is_name else MASK


def _is_json(text: str) -> bool:
    try:
        return is_value(text.encode())
    except UnicodeEncodeError:
        return False
