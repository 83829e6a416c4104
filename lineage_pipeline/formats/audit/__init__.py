"""Audit logs: what each format looks like, as data, and how its records become rows.

A format is a declaration in TOML, one file a format in this folder. The same declaration in
`lineage.toml`, under `[audit.generic.NAME]`, reads a log of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.formats.audit.mapping import (
    AuditMapping,
    admissible,
    generic_mappings,
    packaged_mappings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAPPINGS", "AuditMapping", "admissible", "generic_mappings", "recognise"]

MAPPINGS: Final[dict[str, AuditMapping]] = packaged_mappings()
"""The formats that come with the package, by name."""


def recognise(record: bytes, mappings: Iterable[AuditMapping]) -> AuditMapping | None:
    """Return the first of the mappings whose format the record is of, None if it is of none.

    Args:
        record: a JSON object, a document that holds a list of records, or a line of text.
        mappings: those that the record's file admits.
    """
    try:
        content = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        content = None
    return next((mapping for mapping in mappings if mapping.holds(record, content)), None)
