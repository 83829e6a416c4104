"""The rule of which fields a dataset has told again in plain Python, from its text alone."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.properties.model import (
    TERMINAL,
    Names,
    at,
    by_run,
    datasets_of,
    digest,
    facet_of,
    joined,
    name_of,
    terminal,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tests.builders import Body
    from tests.workspaces import Row

WRITER, READER, FAILED = range(3)


def dataset_fields(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.dataset_field without known times."""
    names = Names(events)
    ends = {run_id: terminal(own) for run_id, own in by_run(events).items()}
    failed = {run_id for run_id, end in ends.items() if end and end[1] != TERMINAL["COMPLETE"]}
    told: dict[str, dict[int, dict[datetime, Body]]] = defaultdict(lambda: defaultdict(dict))
    for event in events:
        is_lost = event.get("run", {}).get("runId") in failed
        for direction, dataset in datasets_of(event):
            if body := facet_of(dataset, "schema"):
                by = READER if direction == "inputs" else FAILED if is_lost else WRITER
                own = told[names.node(name_of(dataset))][by]
                own[at(event)] = max(own.get(at(event), body), body, key=digest)
    return [
        (node, *field, *span)
        for node, by_authority in told.items()
        for field, spans in _spans(_believed(by_authority)).items()
        for span in joined(spans)
    ]


def _believed(by_authority: dict[int, dict[datetime, Body]]) -> dict[datetime, Body]:
    """Return what counts: the highest authority, and readers while writers state nothing."""
    highest = by_authority[min(by_authority)]
    believed = dict(highest)
    if min(by_authority) == WRITER:
        for moment, body in by_authority[READER].items():
            last = max((one for one in highest if one <= moment), default=None)
            if last is not None and last != moment and not highest[last].get("fields"):
                believed[moment] = body
    return believed


def _spans(
    told: dict[datetime, Body],
) -> dict[tuple[str, int, str], list[tuple[datetime, datetime | None]]]:
    """Return when each field, with its place and type, was in what was told last."""
    found: dict[tuple[str, int, str], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for start, end in pairwise([*sorted(told), None]):
        for ordinal, field in enumerate(told[start].get("fields", ()) if start else ()):
            if start:
                found[field["name"], ordinal, field["type"]].append((start, end))
    return found
