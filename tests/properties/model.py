"""The rules of runs and edges told again in plain Python, slowly, from their text alone.

Everything is worked out afresh from all events: no batches, no state, no SQL.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.identifiers import node_id
from lineage_pipeline.inference.datasets import Dataset
from lineage_pipeline.inference.infer import infer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.builders import Body
    from tests.workspaces import Row

Name = tuple[str, str]
Pair = tuple[str, str]

TERMINAL: Final = {"COMPLETE": 1, "ABORT": 2, "FAIL": 3}
STATING: Final = {"lineage", "columnLineage"}
BASIS: Final = {1: "explicit", 2: "column", 3: "inferred", 4: "cartesian"}


class Names:
    """Which node each dataset name stands for."""

    def __init__(self, events: Sequence[Body]) -> None:
        links: list[tuple[Name, Name]] = []
        self._tables: set[Name] = set()
        for event in events:
            for _, dataset in datasets_of(event):
                for other in facet_of(dataset, "symlinks").get("identifiers", ()):
                    one, same = spelled(name_of(dataset)), spelled(name_of(other))
                    links.append((one, same))
                    if other["type"] == "TABLE" and one != same:
                        self._tables.add(same)
        self._written: defaultdict[Name, set[Name]] = defaultdict(set)
        for name in _names_in(events):
            self._written[spelled(name)].add(name)
        self._group: dict[Name, set[Name]] = {}
        for one, other in links:
            joined = self._group.get(one, {one}) | self._group.get(other, {other})
            for member in joined:
                self._group[member] = joined

    def node(self, name: Name) -> str:
        """Return the node: a name that is a TABLE before others, then the smallest."""
        group = self._group.get(spelled(name), {spelled(name)})
        return node_id("dataset", *min(group, key=lambda one: (one not in self._tables, one)))

    def others(self, name: Name) -> set[Name]:
        """Return every name that means the same, as it was ever written."""
        group = self._group.get(spelled(name), {spelled(name)})
        return {other for one in group for other in self._written[one]}


def spelled(name: Name) -> Name:
    """Return the name of a file as the specification writes it: no slash stands at an end."""
    return name[0].rstrip("/"), name[1].rstrip("/")


def _names_in(value: Any) -> Iterator[Name]:
    """Yield every name that stands anywhere, those of jobs too."""
    if isinstance(value, dict):
        if value.keys() >= {"namespace", "name"}:
            yield name_of(value)
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _names_in(inner)


class Flow(NamedTuple):
    """A pair that a statement states: since when, and on what basis (the least rank counts)."""

    at: datetime
    rank: int


@dataclass(frozen=True)
class Statement:
    """All that one run, or one snapshot of a run, or one job event, says.

    `whole` has all events of the run: how it ended, and what its job says, hold for each snapshot.
    """

    events: list[Body]
    names: Names
    whole: list[Body]

    @property
    def run_id(self) -> str | None:
        found: str | None = self.events[0].get("run", {}).get("runId")
        return found

    @property
    def kind(self) -> str:
        return next(kind for kind in ("run", "job", "dataset") if kind in self.events[0])

    @property
    def owner(self) -> str:
        """The job, or the dataset of a dataset event."""
        if self.kind == "dataset":
            return self.names.node(name_of(self.events[0]["dataset"]))
        return node_id("job", *name_of(self.events[0]["job"]))

    @property
    def speaks(self) -> bool:
        """Whether it says anything of datasets; a job event that does not ends nothing."""
        return bool(self.first_named or self._stated_by_job)

    @cached_property
    def completed_at(self) -> datetime | None:
        """When it ended well; a job or dataset event is complete as it stands."""
        if self.run_id is None:
            return at(self.events[0])
        last = terminal(self.whole)
        return last[0] if last and last[1] == TERMINAL["COMPLETE"] else None

    @cached_property
    def first_named(self) -> dict[tuple[str, str], datetime]:
        """The first time that a direction and node were named."""
        first: dict[tuple[str, str], datetime] = {}
        for event in self.events:
            for direction, dataset in datasets_of(event):
                key = direction, self.names.node(name_of(dataset))
                first[key] = min(at(event), first.get(key, at(event)))
        return first

    def named(self, node: str) -> list[datetime]:
        """Return when its events name what it writes."""
        return [
            at(event)
            for event in self.events
            if any(
                way == "outputs" and self.names.node(name_of(dataset)) == node
                for way, dataset in datasets_of(event)
            )
        ]

    def nodes(self, direction: str) -> list[str]:
        ways = ("outputs", "dataset") if direction == "outputs" else (direction,)
        return [node for way, node in self.first_named if way in ways]

    def versions(self, direction: str) -> dict[str, str]:
        """Return the version that is stated of each node that it reads, or writes."""
        found: dict[str, str] = {}
        for name, body in self.standing("version", direction).items():
            node, version = self.names.node(name), body["datasetVersion"]
            found[node] = max(version, found.get(node, version))
        return found

    def standing(self, key: str, direction: str | None = None) -> dict[Name, Body]:
        """Return the facet `key` of each dataset, in one direction or both, that stands."""
        best: dict[Name, tuple[Any, Body]] = {}
        for event in self.events:
            for way, dataset in datasets_of(event):
                body = facet_of(dataset, key)
                if body and direction in (None, way):
                    rank = at(event), digest(body)
                    name = name_of(dataset)
                    if name not in best or best[name][0] < rank:
                        best[name] = rank, body
        return {name: body for name, (_, body) in best.items()}

    @cached_property
    def flows(self) -> dict[Pair, Flow]:
        """What it states: explicitly, renames, stated columns; else its SQL, or all inputs."""
        flows: dict[Pair, Flow] = {}
        told = (
            *self._explicit(), *self.renames, *self._columns(), *self._inferences(),
            *self._products(),
        )  # fmt: skip
        for pair, flow in told:
            known = flows.get(pair, flow)
            flows[pair] = Flow(min(known.at, flow.at), min(known.rank, flow.rank))
        return flows

    @cached_property
    def _stated_by_job(self) -> list[tuple[datetime, Body]]:
        """The bodies of the job's `lineage` that stand, all of them: they add up."""
        return _undeleted(
            [(at(event), body) for event in self.whole
             if (body := facet_of(event.get("job", {}), "lineage"))]
        )  # fmt: skip

    @cached_property
    def _stated_by_dataset(self) -> dict[Name, tuple[datetime, Body]]:
        """The `lineage` of each dataset that replaced all earlier ones, and when it came first."""
        told: dict[Name, list[tuple[datetime, Body]]] = defaultdict(list)
        for event in self.events:
            for _, dataset in datasets_of(event):
                if body := facet_of(dataset, "lineage"):
                    told[name_of(dataset)].append((at(event), body))
        found: dict[Name, tuple[datetime, Body]] = {}
        for name, own in told.items():
            if standing := _undeleted(own):
                _, body = max(standing, key=lambda one: (one[0], digest(one[1])))
                found[name] = min(moment for moment, other in own if other == body), body
        return found

    @cached_property
    def explained(self) -> set[str]:
        """The targets of which it is said explicitly where they come from."""
        targets = {self.names.node(name) for name, _, _ in self._said()}
        return targets | (set(self.nodes("outputs")) if self._stated_by_job else set())

    def _said(self) -> Iterator[tuple[Name, datetime, Body]]:
        """Yield each target with the moment and what is stated of it, if that is anything."""
        for moment, body in self._stated_by_job:
            for entry in body["entries"]:
                if entry["type"] == "DATASET" and entry.keys() & {"inputs", "fields"}:
                    yield name_of(entry), moment, entry
        for name, (moment, body) in self._stated_by_dataset.items():
            yield name, moment, body

    def _explicit(self) -> Iterator[tuple[Pair, Flow]]:
        for target, moment, entry in self._said():
            for source in _all_sources(entry):
                if source["type"] == "DATASET":
                    pair = self.names.node(name_of(source)), self.names.node(target)
                    yield pair, Flow(moment, 1)
                elif self._is_own_job(source):
                    for since, read in self._into_job():
                        pair = self.names.node(read), self.names.node(target)
                        yield pair, Flow(max(since, moment), 1)

    def _into_job(self) -> Iterator[tuple[datetime, Name]]:
        """Yield what is said to go into the statement's own job, and since when."""
        for moment, body in self._stated_by_job:
            for entry in body["entries"]:
                if entry["type"] == "JOB" and self._is_own_job(entry):
                    for source in entry.get("inputs", ()):
                        if source["type"] == "DATASET":
                            yield moment, name_of(source)

    def _is_own_job(self, named: Body) -> bool:
        return "job" in self.events[0] and name_of(named) == name_of(self.events[0]["job"])

    @cached_property
    def renames(self) -> list[tuple[Pair, Flow]]:
        """Return what it has renamed when it ends well: from the former name to the new one."""
        if self.completed_at is None:
            return []
        told = self.standing("lifecycleStateChange").items()
        return [
            (
                (self.names.node(name_of(body["previousIdentifier"])), self.names.node(name)),
                Flow(self.completed_at, 1),
            )
            for name, body in told
            if "previousIdentifier" in body
        ]

    @cached_property
    def dropped(self) -> set[str]:
        """The nodes that it drops: those of a run, once it has ended well."""
        standing = self.standing("lifecycleStateChange").items()
        is_done = self.kind == "run" and self.completed_at is not None
        told = {name for name, body in standing if body["lifecycleStateChange"] == "DROP"}
        return {self.names.node(name) for name in told} if is_done else set()

    @cached_property
    def written(self) -> list[str]:
        """The nodes that it has written when it ends well."""
        return [node for node in self.nodes("outputs") if node not in self.dropped]

    def _columns(self) -> Iterator[tuple[Pair, Flow]]:
        moments: dict[Pair, datetime] = {}
        for event in sorted(self.events, key=at, reverse=True):
            for _, dataset in datasets_of(event):
                for pair in self._stated(name_of(dataset), facet_of(dataset, "columnLineage")):
                    moments[pair] = at(event)
        for name, body in self.standing("columnLineage").items():
            for pair in self._stated(name, body):
                if pair[1] not in self.explained:
                    yield pair, Flow(moments[pair], 2)

    def _stated(self, target: Name, body: Body) -> Iterator[Pair]:
        for source in sources_of(body):
            yield self.names.node(source), self.names.node(target)

    @cached_property
    def _sql(self) -> tuple[datetime, str] | None:
        """The text of the job that replaced all earlier ones, and when it came first."""
        told = [
            (at(event), digest(body), body)
            for event in self.whole
            if (body := facet_of(event.get("job", {}), "sql"))
        ]
        if not told:
            return None
        _, last, body = max(told, key=lambda one: one[:2])
        return min(moment for moment, one, _ in told if one == last), body["query"]

    @cached_property
    def _inference(self) -> tuple[list[Pair], set[str]]:
        """The pairs that its SQL states, and the targets of which it leaves nothing open."""
        if self._sql is None:
            return [], set()
        nodes: list[str] = []
        datasets: list[Dataset] = []
        for direction in ("inputs", "outputs"):
            for node in dict.fromkeys(self.nodes(direction)):
                named = {name for name in self._named if self.names.node(name) == node}
                own = sorted(named)
                known = {other for name in named for other in self.names.others(name)}
                nodes.append(node)
                datasets.append(
                    Dataset(direction == "inputs", (*own, *sorted(known - named)), None)
                )
        is_spark = any("jobType" in event["job"].get("facets", {}) for event in self.whole)
        found = infer(self._sql[1], "spark" if is_spark else "", datasets)
        pairs = [(nodes[source], nodes[target]) for target, source in found.reads]
        return pairs, {nodes[target] for target in found.covered}

    @property
    def _named(self) -> set[Name]:
        return {name_of(dataset) for event in self.events for _, dataset in datasets_of(event)}

    def _inferences(self) -> Iterator[tuple[Pair, Flow]]:
        stated = self.explained | {target for (_, target), _ in self._columns()}
        for source, target in self._inference[0]:
            if target not in stated and self._sql is not None:
                first = min(
                    moment for (_, node), moment in self.first_named.items() if node == source
                )
                written = min(
                    moment
                    for (way, node), moment in self.first_named.items()
                    if node == target and way != "inputs"
                )
                yield (source, target), Flow(max(self._sql[0], first, written), 3)

    def _products(self) -> Iterator[tuple[Pair, Flow]]:
        explained = self.explained | {target for (_, target), _ in self._columns()}
        explained |= self._inference[1]
        for target in self.written:
            if target not in explained:
                for source in self.nodes("inputs"):
                    named = self.first_named
                    both = max(named["inputs", source], named["outputs", target])
                    yield (source, target), Flow(both, 4)


def runs(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.run."""
    return [_run(run_id, own) for run_id, own in by_run(events).items()]


def run_ios(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.run_io."""
    names = Names(events)
    versions: dict[tuple[str, str, str], list[str | None]] = defaultdict(list)
    counts: dict[tuple[str, str, str], list[tuple[bool, int | None]]] = defaultdict(list)
    for statement in statements(events, names):
        counted: dict[tuple[str, str, str], list[int | None]] = defaultdict(list)
        for event in statement.events if statement.run_id else ():
            for direction, dataset in datasets_of(event):
                key = statement.run_id or "", names.node(name_of(dataset)), direction[:-1]
                stated = statement.standing("version", direction).get(name_of(dataset), {})
                versions[key].append(stated.get("datasetVersion"))
                statistics = dataset.get("outputFacets", {}).get("outputStatistics", {})
                counted[key].append(statistics.get("rowCount"))
        for key, own in counted.items():
            counts[key].append((_are_snapshots(statement.whole), _greatest(own)))
    return [
        (*key, _greatest(told), _counted(counts[key]), None, None) for key, told in versions.items()
    ]


def _counted(told: list[tuple[bool, int | None]]) -> int | None:
    """Return the rows of snapshots added up, of events that add up the largest number."""
    counts = [count for _, count in told if count is not None]
    return (sum if any(are for are, _ in told) else max)(counts) if counts else None


def dataset_versions(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.dataset_version: what runs that ended well have written."""
    written: dict[tuple[str, str], list[tuple[datetime, str | None]]] = defaultdict(list)
    names = Names(events)
    for statement in statements(events, names):
        if statement.run_id and statement.completed_at:
            versions = statement.versions("outputs")
            for node in statement.written:
                key = node, statement.run_id
                written[key].append((statement.completed_at, versions.get(node)))
    rows: list[Row] = []
    for (node, run_id), told in written.items():
        stated = _greatest(version for _, version in told)
        basis = "stated" if stated else "inferred"
        rows.append((node, stated or f"run:{run_id}", basis, run_id, max(when for when, _ in told)))
    return rows


def run_inputs(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.run_input: which version each input had when it was read."""
    read: dict[tuple[str, str], list[tuple[str | None, datetime, datetime]]] = defaultdict(list)
    ends = {run_id: terminal(own) for run_id, own in by_run(events).items()}
    for statement in statements(events, Names(events)):
        if statement.run_id:
            began = min(map(at, statement.events))
            versions = statement.versions("inputs")
            for node in statement.nodes("inputs"):
                named = statement.first_named["inputs", node]
                read[statement.run_id, node].append((versions.get(node), began, named))
            for (previous, _), flow in statement.renames:
                read[statement.run_id, previous].append((None, began, flow.at))
    writes = dataset_versions(events)
    return [
        (
            run_id,
            node,
            *_bound([w for w in writes if w[0] == node and w[3] != run_id], told, ends[run_id]),
        )
        for (run_id, node), told in read.items()
    ]


def _bound(
    writes: list[Row],
    told: list[tuple[str | None, datetime, datetime]],
    end: tuple[datetime, int] | None,
) -> tuple[Any, ...]:
    """Return version, basis, writer, the times between which it was read, and is it open."""
    stated = _greatest(version for version, _, _ in told)
    began, named = min(one[1] for one in told), min(one[2] for one in told)
    ended = max(end[0], *(one[2] for one in told)) if end else None
    before = [write for write in writes if write[4] <= named]
    if stated:
        own = [(when, run) for _, version, _, run, when in before if version == stated]
        return stated, "stated", max(own)[1] if own else None, began, ended, False
    is_open = any(began < write[4] and (ended is None or write[4] <= ended) for write in writes)
    ranked = [(when <= began, when, run, version) for _, version, _, run, when in before]
    if not ranked:
        return None, "unknown", None, began, ended, is_open
    _, _, run, version = max(ranked)
    return version, "inferred", run, began, ended, is_open


def _greatest(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def edges(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.edge without known times."""
    by_owner: dict[str, list[Statement]] = defaultdict(list)
    every = statements(events, Names(events))
    for statement in every:
        by_owner[statement.owner].append(statement)
    anew = {node: [end for _, end in spells if end] for node, spells in _gone(every).items()}
    return [
        (source, target, owner if owner.startswith("job:") else None, *spell)
        for owner, own in by_owner.items()
        for source, target in {pair for statement in own for pair in statement.flows}
        for spell in _spells(own, (source, target), anew.get(target, []))
    ]


def edge_bases(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.edge_basis without known times: of edges with several bases."""
    by_owner: dict[str, list[Statement]] = defaultdict(list)
    every = statements(events, Names(events))
    for statement in every:
        by_owner[statement.owner].append(statement)
    anew = {node: [end for _, end in spells if end] for node, spells in _gone(every).items()}
    rows: list[Row] = []
    for owner, own in by_owner.items():
        job = owner if owner.startswith("job:") else None
        for pair in {pair for statement in own for pair in statement.flows}:
            ranks = {one.flows[pair].rank for one in own if pair in one.flows}
            for rank in ranks if len(ranks) > 1 else ():
                held = [
                    span
                    for kind in ("run", "job", "dataset")
                    for span in _held(own, pair, kind, anew.get(pair[1], []), rank)
                ]
                rows += [(*pair, job, BASIS[rank], *span) for span in joined(held)]
    return rows


def drops(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.dropped without known times, and without who dropped it."""
    spells = _gone(statements(events, Names(events)))
    return [(node, *spell) for node, own in spells.items() for spell in own]


def _gone(every: list[Statement]) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """Return when each node did not exist: from a drop on until a run writes it again."""
    ended = [(one.completed_at, one) for one in every if one.kind == "run" and one.completed_at]
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for node in {node for _, one in ended for node in one.dropped}:
        writes = sorted(moment for moment, one in ended if node in one.written)
        drops = {moment for moment, one in ended if node in one.dropped} - {*writes}
        first: dict[datetime | None, datetime] = {}
        for moment in sorted(drops, reverse=True):
            first[next((write for write in writes if write > moment), None)] = moment
        found[node] = [(since, until) for until, since in first.items()]
    return found


def ownerships(events: Sequence[Body]) -> list[Row]:
    """Return the rows of lineage.ownership without known times: the later facet replaces all."""
    names = Names(events)
    told: dict[str, dict[datetime, Body]] = defaultdict(dict)
    for event in events:
        holders = [(names.node(name_of(one)), one) for _, one in datasets_of(event)]
        if "job" in event:
            holders.append((node_id("job", *name_of(event["job"])), event["job"]))
        for node, holder in holders:
            if body := facet_of(holder, "ownership"):
                known = told[node].get(at(event), body)
                told[node][at(event)] = max(known, body, key=digest)
    return [
        (node, *owner, *span)
        for node, bodies in told.items()
        for owner in {owner for body in bodies.values() for owner in _owners(body)}
        for span in joined(
            [
                (start, end)
                for start, end in pairwise([*sorted(bodies), None])
                if start and owner in _owners(bodies[start])
            ]
        )
    ]


def _owners(body: Body) -> set[tuple[str, str | None]]:
    return {(owner["name"], owner.get("type")) for owner in body.get("owners", ())}


def _run(run_id: str, own: list[Body]) -> Row:
    last = terminal(own)
    first = min((at(event), *name_of(event["job"])) for event in own)
    started = min((at(event) for event in own if event.get("eventType") == "START"), default=None)
    is_stream = any("jobType" in event["job"].get("facets", {}) for event in own)
    state = {rank: name for name, rank in TERMINAL.items()}[last[1]] if last else "unknown"
    parents = [_parent(event) for event in own if "facets" in event["run"]]
    parent = max(parents) if parents else (None,) * 6
    return (
        run_id,
        node_id("job", *first[1:]),
        "RUNNING" if is_stream and not last else state,
        started,
        last and last[0],
        _duration_ms(started, last and last[0]),
        parent[1],
        parent[3],
        last is not None,
        parent[4],
        parent[5],
    )


def _parent(event: Body) -> tuple[Any, ...]:
    """Return when a parent was told, its run, whether no root was, the root; the jobs of both."""
    body = event["run"]["facets"]["parent"]
    root = body.get("root")
    return (
        at(event),
        body["run"]["runId"],
        root is None,
        root and root["run"]["runId"],
        node_id("job", *name_of(body["job"])),
        root and node_id("job", *name_of(root["job"])),
    )


def _duration_ms(started: datetime | None, ended: datetime | None) -> int | None:
    if started is None or ended is None or ended < started:
        return None
    return (ended - started) // timedelta(milliseconds=1)


def _spells(own: list[Statement], pair: Pair, anew: list[datetime]) -> list[Row]:
    """Return basis, run count, last run and validity of each time that the pair holds.

    `anew` is when the target was written again after it had been dropped.
    """
    stating = [one for one in own if pair in one.flows]
    held = [span for kind in ("run", "job", "dataset") for span in _held(own, pair, kind, anew)]
    rows: list[Row] = []
    for start, end in joined(held):
        inside = [
            (moment, one)
            for one in stating
            for moment in _moments(one, pair)
            if start <= moment and (end is None or moment < end)
        ]
        by = {one.run_id: moment for moment, one in sorted(inside, key=lambda pair: pair[0])}
        by.pop(None, None)
        rank = min(one.flows[pair].rank for _, one in inside)
        last = max(((moment, run_id) for run_id, moment in by.items()), default=(None, None))[1]
        rows.append((BASIS[rank], len(by), last, start, end))
    return rows


def _moments(one: Statement, pair: Pair) -> list[datetime]:
    """Return when the statement states the pair: at first, when it completes, and between.

    Events of a run add up: each that names the target again says again all that is known of it.
    """
    first = one.flows[pair].at
    again = [moment for moment in one.named(pair[1]) if moment > first]
    return [first, max(first, one.completed_at or first), *again]


def _states(one: Statement, pair: Pair, rank: int | None) -> bool:
    """Whether the statement states the pair, on the basis of that rank if one is given."""
    return pair in one.flows and rank in (None, one.flows[pair].rank)


def _ending(one: Statement, pair: Pair, kind: str, rank: int | None) -> datetime | None:
    """Return when the statement ends the pair, as runs, job or dataset events state it."""
    if _states(one, pair, rank) or one.kind not in ("run", kind):
        return None
    if one.kind == "job":
        return one.completed_at if one.speaks else None
    return one.completed_at if pair[1] in one.written else None


def _held(
    own: list[Statement], pair: Pair, kind: str, anew: list[datetime], rank: int | None = None
) -> list[tuple[datetime, datetime | None]]:
    """Return the spans that statements of a kind state; an end and a start at once go on."""
    stating = [one for one in own if _states(one, pair, rank) and one.kind == kind]
    stated = [moment for one in stating for moment in _moments(one, pair)]
    ended = [*anew, *(_ending(one, pair, kind, rank) for one in own)]
    spans: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for moment in sorted({*stated, *(end for end in ended if end)}):
        if since is not None and moment in ended:
            spans.append((since, moment))
            since = None
        if since is None and moment in stated:
            since = moment
    return spans if since is None else [*spans, (since, None)]


def joined(
    spans: list[tuple[datetime, datetime | None]],
) -> list[tuple[datetime, datetime | None]]:
    """Return the spans with those that meet or overlap made one."""
    bounds = sorted({bound for span in spans for bound in span if bound is not None})
    never: list[datetime | None] = [*bounds, None]
    whole: list[tuple[datetime, datetime | None]] = []
    for start, end in pairwise(never):
        if not any(a <= start and (b is None or start < b) for a, b in spans if start):
            continue
        if whole and whole[-1][1] == start:
            start = whole.pop()[0]  # noqa: PLW2901 - the span goes on
        whole.append((start, end))  # type: ignore[arg-type]
    return whole


def statements(events: Sequence[Body], names: Names) -> list[Statement]:
    """Return every run of a job, every job event, every dataset event that states lineage."""
    found: dict[object, list[Body]] = defaultdict(list)
    for place, event in enumerate(events):
        if "run" in event:
            found[event["run"]["runId"], *name_of(event["job"])].append(event)
        elif "job" in event or event["dataset"].get("facets", {}).keys() & STATING:
            found[place].append(event)
    return [
        Statement(part, names, own)
        for own in found.values()
        for part in ([[event] for event in own] if _are_snapshots(own) else [own])
    ]


def _are_snapshots(own: Sequence[Body]) -> bool:
    """Whether the last jobType of a run's events says that each of them stands alone."""
    told = [
        (at(event), digest(body), body)
        for event in own
        if "run" in event and (body := facet_of(event["job"], "jobType"))
    ]
    pattern = max(told, key=lambda one: one[:2])[2].get("emissionPattern", {}) if told else {}
    return pattern.get("eventContentMode") == "COMPLETE_SNAPSHOT"


def by_run(events: Sequence[Body]) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = defaultdict(list)
    for event in events:
        if "run" in event:
            found[event["run"]["runId"]].append(event)
    return found


def terminal(own: Sequence[Body]) -> tuple[datetime, int] | None:
    """Return time and rank of the terminal event: the latest, on a tie FAIL, ABORT, COMPLETE."""
    ended = [(at(event), TERMINAL[event["eventType"]]) for event in own
             if event.get("eventType") in TERMINAL]  # fmt: skip
    return max(ended, default=None)


def datasets_of(event: Body) -> Iterator[tuple[str, Body]]:
    for direction in ("inputs", "outputs"):
        for dataset in event.get(direction, ()):
            yield direction, dataset
    if "dataset" in event:
        yield "dataset", event["dataset"]


def _all_sources(entry: Body) -> list[Body]:
    """Return what an entry of explicit lineage reads, as a whole and by field."""
    fields = [field["inputs"] for field in entry.get("fields", {}).values()]
    return [*entry.get("inputs", ()), *(one for own in fields for one in own)]


def sources_of(body: Body) -> set[Name]:
    """Return the datasets that a columnLineage facet reads."""
    fields = [field["inputFields"] for field in body.get("fields", {}).values()]
    return {name_of(source) for sources in (*fields, body.get("dataset", ())) for source in sources}


def facet_of(dataset: Body, key: str) -> Body:
    found: Body = dataset.get("facets", {}).get(key, {})
    return found


def digest(body: Body) -> bytes:
    return hashlib.sha256(json.dumps(body).encode()).digest()


def _undeleted(told: list[tuple[datetime, Body]]) -> list[tuple[datetime, Body]]:
    """Return the bodies that came after the last one that took them back."""
    deleted = [moment for moment, body in told if body.get("_deleted")]
    return [
        (moment, body)
        for moment, body in told
        if not body.get("_deleted") and all(moment > end for end in deleted)
    ]


def name_of(holder: Body) -> Name:
    return holder["namespace"], holder["name"]


def at(event: Body) -> datetime:
    return datetime.fromisoformat(event["eventTime"])
