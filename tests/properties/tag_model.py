"""The rules of tags told again in plain Python, slowly, from their text alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.identifiers import node_id
from tests.properties.model import (
    TERMINAL,
    Names,
    at,
    datasets_of,
    digest,
    facet_of,
    name_of,
    terminal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tests.builders import Body
    from tests.workspaces import Row

Item = tuple[str | None, str, str]
Span = tuple["datetime", "datetime | None"]

CATEGORIES: Final = {"pii": ("personal-data", "some"), "licence": ("licence", "each")}


class Word(NamedTuple):
    """What one run, or one event, says of the tags of one name in the end."""

    kind: str
    since: datetime
    completed_at: datetime | None
    items: frozenset[Item]


def tags(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.tag without known times."""
    names = Names(events)
    words: dict[tuple[str, str], list[Word]] = defaultdict(list)
    for statement in _statements(events):
        for name, told in _told(statement).items():
            owner, node = _owner(statement[0], names, name)
            words[owner, node].append(_word(statement, told))
    return [
        (node, field, key, value, None, *_sorted_out(key, field), _job(owner), *span)
        for (owner, node), own in words.items()
        for field, key, value in {item for word in own for item in word.items}
        for span in _joined([
            span for kind in ("run", "event") for span in _held(own, (field, key, value), kind)
        ])
    ]  # fmt: skip


def _statements(events: Sequence[Body]) -> list[list[Body]]:
    found: dict[object, list[Body]] = defaultdict(list)
    for place, event in enumerate(events):
        key = (event["run"]["runId"], *name_of(event["job"])) if "run" in event else place
        found[key].append(event)
    return list(found.values())


def _told(own: list[Body]) -> dict[tuple[str, str] | None, list[tuple[datetime, Body]]]:
    """Return the bodies told of each dataset name, and under None of the job."""
    told: dict[tuple[str, str] | None, list[tuple[datetime, Body]]] = defaultdict(list)
    for event in own:
        for _, dataset in datasets_of(event):
            if body := facet_of(dataset, "tags"):
                told[name_of(dataset)].append((at(event), body))
        if body := facet_of(event.get("job", {}), "tags"):
            told[None].append((at(event), body))
    return told


def _owner(event: Body, names: Names, name: tuple[str, str] | None) -> tuple[str, str]:
    """Return who speaks, and of which node."""
    job = node_id("job", *name_of(event["job"])) if "job" in event else ""
    node = names.node(name) if name else job
    return job or node, node


def _word(own: list[Body], told: list[tuple[datetime, Body]]) -> Word:
    """Return the last that was told, since it was first told."""
    _, body = max(told, key=lambda one: (one[0], digest(one[1])))
    since = min(moment for moment, other in told if other == body)
    items = frozenset((tag.get("field"), tag["key"], tag["value"]) for tag in body.get("tags", ()))
    if "run" not in own[0]:
        return Word("event", since, since, items)
    last = terminal(own)
    is_good = last is not None and last[1] == TERMINAL["COMPLETE"]
    return Word("run", since, last[0] if last and is_good else None, items)


def _held(own: list[Word], item: Item, kind: str) -> Iterator[Span]:
    """Yield the spans of what runs, or single events, state; an end and a start at once go on."""
    stating = [word for word in own if item in word.items and word.kind == kind]
    stated = {word.since for word in stating}
    stated |= {max(word.since, word.completed_at or word.since) for word in stating}
    ended = {
        word.completed_at
        for word in own
        if item not in word.items and word.kind in ("run", kind) and word.completed_at
    }
    since: datetime | None = None
    for moment in sorted(stated | ended):
        if since is not None and moment in ended:
            yield since, moment
            since = None
        if since is None and moment in stated:
            since = moment
    if since is not None:
        yield since, None


def _joined(spans: list[Span]) -> list[Span]:
    """Return the spans with those that meet or overlap made one."""
    whole: list[Span] = []
    for since, until in sorted(spans, key=lambda span: span[0]):
        last = whole[-1] if whole else None
        if last is None or (last[1] is not None and last[1] < since):
            whole.append((since, until))
        else:
            ends = (last[1], until)
            whole[-1] = (last[0], None if None in ends else max(end for end in ends if end))
    return whole


def _sorted_out(key: str, field: str | None) -> tuple[str | None, str | None]:
    category, reach = CATEGORIES.get(key, (None, None))
    return category, "field" if category and field else reach


def _job(owner: str) -> str | None:
    return owner if owner.startswith("job:") else None
