"""In which column each node stands: stages from left to right, steps of one stage side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lineage_pipeline.pictures.picture import Picture, stage_rank
from lineage_pipeline.settings.lineage_toml import STAGES

Neighbours: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StageColumns:
    """The columns of one stage, first to last, both included."""

    stage: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The column of every node, counted from 0, and the stages that share them out."""

    column_by_id: Mapping[str, int]
    stages: tuple[StageColumns, ...]


def assign_columns(picture: Picture) -> Columns:
    """Return the columns of a distinct picture.

    The two ends of an edge never share a column, unless the edge is a loop. Inside a stage an edge
    leads to the right, apart from those that close a cycle; between stages it leads to the right
    whenever the stages do.
    """
    successors = _neighbours((edge.source_node_id, edge.target_node_id) for edge in picture.edges)
    predecessors = _neighbours((edge.target_node_id, edge.source_node_id) for edge in picture.edges)
    band_by_id = _bands(picture, predecessors, successors)
    members: defaultdict[int, list[str]] = defaultdict(list)
    for node in picture.nodes:
        members[band_by_id[node.node_id]].append(node.node_id)
    column_by_id: dict[str, int] = {}
    stages: list[StageColumns] = []
    first = 0
    for band in sorted(members):
        steps = _steps_of_band(members[band], band_by_id, predecessors, successors)
        last = first + max(steps.values())
        stages.append(StageColumns(STAGES[band], first, last))
        column_by_id.update({node_id: first + step for node_id, step in steps.items()})
        first = last + 1
    return Columns(column_by_id, tuple(stages))


def _neighbours(pairs: Iterable[tuple[str, str]]) -> Neighbours:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for node_id, neighbour_id in pairs:
        if node_id != neighbour_id:
            found[node_id].add(neighbour_id)
    return {node_id: tuple(sorted(neighbours)) for node_id, neighbours in found.items()}


def _bands(picture: Picture, predecessors: Neighbours, successors: Neighbours) -> Mapping[str, int]:
    unknown = len(STAGES) - 1
    bands = {node.node_id: stage_rank(node.stage) for node in picture.nodes}
    homeless = {node_id for node_id, band in bands.items() if band == unknown}
    stated = {node_id: band for node_id, band in bands.items() if band != unknown}
    floors, ceilings = dict(stated), dict(stated)
    _spread(floors, homeless, successors, latest=True)
    _spread(ceilings, homeless, predecessors, latest=False)
    present = sorted(set(stated.values()))
    return stated | {
        node_id: _home(floors.get(node_id), ceilings.get(node_id), present) for node_id in homeless
    }


def _home(floor: int | None, ceiling: int | None, present: Sequence[int]) -> int:
    """Return the band for a node of unknown stage, by the stages before and after it.

    Put last, it would drag its edges back across the whole picture. It stands one band after the
    data that reaches it, where that costs no column more, else beside that data; and beside the
    data made from it, where nothing reaches it.
    """
    if floor is None:
        return len(STAGES) - 1 if ceiling is None else ceiling
    following = next((band for band in present if band > floor), None)
    if following is not None and (ceiling is None or following < ceiling):
        return following
    return floor


def _spread(
    known: dict[str, int], homeless: set[str], neighbours: Neighbours, *, latest: bool
) -> None:
    waiting = sorted(known, key=lambda node_id: (known[node_id], node_id), reverse=not latest)
    while waiting:
        node_id = waiting.pop()
        for neighbour_id in neighbours.get(node_id, ()):
            if neighbour_id not in homeless:
                continue
            gain = known[node_id] - known.get(neighbour_id, -1 if latest else len(STAGES))
            if gain > 0 if latest else gain < 0:
                known[neighbour_id] = known[node_id]
                waiting.append(neighbour_id)


def _steps_of_band(
    members: list[str],
    band_by_id: Mapping[str, int],
    predecessors: Neighbours,
    successors: Neighbours,
) -> Mapping[str, int]:
    band = band_by_id[members[0]]
    inner = {
        node_id: [t for t in successors.get(node_id, ()) if band_by_id[t] == band]
        for node_id in members
    }
    targets = {target for node_targets in inner.values() for target in node_targets}
    order, forward = _acyclic(sorted(members, key=lambda m: (m in targets, m)), inner)
    steps = dict.fromkeys(members, 0)
    for node_id in order:
        for target in forward[node_id]:
            steps[target] = max(steps[target], steps[node_id] + 1)
    last = max(steps.values())
    for node_id in reversed(order):
        ahead = sum(band_by_id[t] >= band for t in successors.get(node_id, ()))
        behind = sum(band_by_id[s] <= band for s in predecessors.get(node_id, ()))
        if ahead > behind:
            nearest = min((steps[target] for target in forward[node_id]), default=last + 1)
            steps[node_id] = max(steps[node_id], nearest - 1)
    return steps


def _acyclic(
    starts: list[str], targets_by_id: Mapping[str, list[str]]
) -> tuple[list[str], Mapping[str, list[str]]]:
    """Return a topological order and the edges that respect it, without those that close a cycle.

    Written with its own stack: a chain of ten thousand nodes would exhaust Python's.
    """
    forward: dict[str, list[str]] = {node_id: [] for node_id in starts}
    finished: list[str] = []
    state = dict.fromkeys(starts, "new")
    for start in starts:
        stack = [(start, iter(targets_by_id[start]))] if state[start] == "new" else []
        state[start] = "open" if stack else state[start]
        while stack:
            node_id, remaining = stack[-1]
            target = next(remaining, None)
            if target is None:
                stack.pop()
                state[node_id] = "done"
                finished.append(node_id)
                continue
            if state[target] != "open":
                forward[node_id].append(target)
            if state[target] == "new":
                state[target] = "open"
                stack.append((target, iter(targets_by_id[target])))
    return finished[::-1], forward
