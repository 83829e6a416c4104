"""Who holds what in the events of a block: runs, jobs and datasets in one list, event by event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np

from lineage_pipeline.formats import openlineage
from lineage_pipeline.formats.rejection import Problem, misfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lineage_pipeline.formats.openlineage import Event, Kind, Role
    from lineage_pipeline.scan.openlineage.holders import Holder, HolderStore

ROLES: Final[tuple[Role, ...]] = ("run", "job", "dataset", "input", "output")
"""In the order in which an event's holders count for its identity."""


class Held(NamedTuple):
    """The holders of a block's events, in the order of the events, then of the roles.

    Attributes:
        kinds: what each event is about; None for what is no event.
        numbers: for each holder the number of its event.
        roles: for each holder its role.
        positions: for each holder its place in its list.
        holders: the holders; None where one has not the shape of one.
        units: for each holder what it adds to the event's identity.
        bounds: where the holders of each event begin, and where the last ones end.
        odd: the events of whose holders there is anything to say.
        problems: what is no event for what it holds, by number.
    """

    kinds: list[Kind | None]
    numbers: NDArray[np.int64]
    roles: list[Role]
    positions: NDArray[np.int64]
    holders: list[Holder | None]
    units: list[bytes]
    bounds: list[int]
    odd: set[int]
    problems: dict[int, Problem]

    def of(self, number: int) -> Iterator[tuple[Role, int, Holder]]:
        """Yield the holders of one event."""
        for place in range(self.bounds[number], self.bounds[number + 1]):
            holder = self.holders[place]
            if holder is not None:
                yield self.roles[place], int(self.positions[place]), holder

    def leader(self, role: Role, number: int) -> Holder | None:
        """Return the run or the job of an event; None if it has none."""
        kind = self.kinds[number]
        if kind == "dataset" or (role == "run" and kind == "job"):
            return None
        return self.holders[self.bounds[number] + (role == "job" and kind == "run")]


class _Gathered:
    """The holders of one role, from all events of the block."""

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.numbers: list[int] = []
        self.positions: list[int] = []
        self.raws: list[msgspec.Raw] = []

    def add(self, number: int, raws: list[msgspec.Raw]) -> None:
        self.raws += raws
        if len(raws) == 1:
            self.numbers.append(number)
            self.positions.append(0)
        else:
            self.numbers += [number] * len(raws)
            self.positions += range(len(raws))


def gather(events: list[Event], store: HolderStore) -> Held:
    """Return who holds what in `events`, and which of them are none for it."""
    kinds = [openlineage.kind_of(event) for event in events]
    groups = [_Gathered(rank) for rank in range(len(ROLES))]
    runs, jobs, datasets, inputs, outputs = groups
    for number, (event, kind) in enumerate(zip(events, kinds, strict=True)):
        if kind == "run":
            runs.add(number, [event.run])
        if kind in ("run", "job"):
            jobs.add(number, [event.job])
        elif kind == "dataset":
            datasets.add(number, [event.dataset])
        if event.inputs:
            inputs.add(number, event.inputs)
        if event.outputs:
            outputs.add(number, event.outputs)
    met = [store.meet_many(ROLES[group.rank], group.raws) if group.raws else [] for group in groups]
    return _in_order(events, kinds, groups, [holder for some in met for holder in some])


def _in_order(
    events: list[Event],
    kinds: list[Kind | None],
    groups: list[_Gathered],
    found: list[Holder | None],
) -> Held:
    numbers = np.array([number for group in groups for number in group.numbers], dtype=np.int64)
    positions = np.array([place for group in groups for place in group.positions], dtype=np.int64)
    ranks = np.repeat(np.arange(len(groups)), [len(group.raws) for group in groups])
    order = np.lexsort((positions, ranks, numbers))
    numbers, positions, ranks = numbers[order], positions[order], ranks[order]
    holders = [found[place] for place in order.tolist()]
    bounds = np.searchsorted(numbers, np.arange(len(events) + 1)).tolist()
    odd: set[int] = set()
    suspect: set[int] = {
        number
        for number, (event, kind) in enumerate(zip(events, kinds, strict=True))
        if kind is None or not event.eventTime
    }
    units: list[bytes] = []
    for place, holder in enumerate(holders):
        if holder is None:
            units.append(b"")
            suspect.add(int(numbers[place]))
            continue
        units.append(holder.unit)
        if not holder.is_named:
            suspect.add(int(numbers[place]))
        if holder.flags or holder.redaction_count or holder.extra:
            odd.add(int(numbers[place]))
    roles = [ROLES[rank] for rank in ranks.tolist()]
    held = Held(kinds, numbers, roles, positions, holders, units, bounds, odd, {})
    for number in suspect:
        held.problems[number] = _problem_of(events[number], number, held)
    return held


def _problem_of(event: Event, number: int, held: Held) -> Problem:
    """Return what an event needs and this one lacks; its time is judged elsewhere."""
    if held.kinds[number] is None:
        return Problem("not_an_event", "the object has neither a run, nor a job, nor a dataset")
    places = range(held.bounds[number], held.bounds[number + 1])
    if any(held.holders[place] is None for place in places):
        return _misfit(event)
    if not event.eventTime:
        return Problem("missing_event_time", "the event has no eventTime")
    role, position = next(
        (role, position) for role, position, holder in held.of(number) if not holder.is_named
    )
    if role == "run":
        return Problem("missing_run_id", "the event has a run without a runId")
    if role == "job":
        return Problem("missing_job", "the event's job has no namespace or no name")
    where = openlineage.path_of(role, position)
    return Problem("missing_dataset", f"{where} has no namespace or no name")


def _misfit(event: Event) -> Problem:
    """Return where in the record a holder departs from its shape."""
    try:
        openlineage.check_whole(msgspec.json.encode(event))
    except msgspec.ValidationError as located:
        return misfit(b"{", located)
    except (msgspec.DecodeError, RecursionError):
        # The decoder cannot follow all of it; what stands under the names is no name.
        pass
    return Problem("not_an_event", "a run, job or dataset has not the shape of one")
