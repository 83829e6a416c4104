"""What is odd about an event that is kept all the same: flags, and facets that are set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.formats import openlineage
from lineage_pipeline.formats.openlineage import EVENT_TYPES
from lineage_pipeline.formats.redaction import redacted_flag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.formats.openlineage import Event, Role
    from lineage_pipeline.scan.counts import Counts
    from lineage_pipeline.scan.openlineage.holders import Holder
    from lineage_pipeline.scan.writer import BatchWriter

Flag = tuple[str, str]
"""What is odd, and a detail of it."""


class Oddities:
    """Where what is odd about the events of one file is written."""

    def __init__(self, writer: BatchWriter, counts: Counts) -> None:
        """Write flags to `writer` and facets that are set aside to `counts`."""
        self._writer = writer
        self._counts = counts

    def write(
        self,
        event_id: bytes,
        offset: int,
        flags: list[Flag],
        held: Iterable[tuple[Role, int, Holder]],
        *,
        masked: int = 0,
        has_extra: bool = False,
    ) -> int:
        """Write what is odd about one event; return the secrets masked in it.

        Args:
            event_id: the event.
            offset: where in the file it stands.
            flags: what is odd about its envelope.
            held: role, place and holder, for each holder of which there is anything to say.
            masked: secrets that were masked in its envelope.
            has_extra: whether it has keys that the specification does not know.
        """
        for role, position, holder in held:
            masked += holder.redaction_count
            flags += holder.flags
            has_extra = has_extra or bool(holder.extra)
            for facet in holder.odd_facets:
                where = f"{openlineage.path_of(role, position)}.{facet.key}"
                self._counts.set_facet_aside(offset, facet, where)
        if has_extra:
            flags.append(("unknown_keys", "kept in extra_json"))
        if masked:
            flags.append(redacted_flag(masked))
        self._writer.extend("flag", [(event_id, *flag) for flag in dict.fromkeys(flags)])
        return masked


def envelope_flags(event: Event, *, is_run: bool, is_naive: bool) -> list[Flag]:
    """Return what is odd about an envelope that is kept all the same, as (flag, detail)."""
    flags: list[Flag] = []
    event_type = event.eventType
    if is_naive:
        flags.append(("naive_event_time", "no offset from UTC; the configured zone was assumed"))
    if not event.schemaURL:
        flags.append(("missing_schema_url", ""))
    if not event.producer:
        flags.append(("missing_producer", ""))
    if is_run and not event_type:
        flags.append(("missing_event_type", ""))
    if not is_run and event_type:
        flags.append(("event_type_without_run", ""))
    if event_type and event_type not in EVENT_TYPES:
        is_known = event_type.upper() in EVENT_TYPES
        flags.append(
            ("event_type_spelling", f"sent as {event_type}")
            if is_known
            else ("unknown_event_type", "")
        )
    return flags


def known_type(text: str | None) -> str | None:
    """Return an event's type as the specification writes it, if it has one at all."""
    if text is None or text in EVENT_TYPES:
        return text or None
    upper = text.upper()
    return upper if upper in EVENT_TYPES else text
