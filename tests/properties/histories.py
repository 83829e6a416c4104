"""Strategies for small histories: a few jobs, runs and datasets, and a crowd of odd events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.builders import Body, make_event, run_uuid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

RUNS: Final = {"one": ("load",), "two": ("load",), "three": ("load",), "both": ("load", "train")}
NAMES: Final = ("a", "b", "c", "d")
OUTPUTS: Final = ("c", "c", "d")
TYPES: Final = ("START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", "ABORT", "OTHER", None)
SCHEMAS: Final[tuple[dict[str, str], ...]] = (
    {"x": "int"}, {"x": "int", "y": "int"}, {"y": "int", "x": "text"},
)  # fmt: skip
QUERIES: Final = (
    "insert into c (x) select x from a",
    "insert into d select * from b",
    "create table c as select a.*, b.y as z from a join b on a.x = b.x",
    "insert into c (x) select sum(y) from a_too; insert into d (x) select x from c",
    "select x, y from b",
    "insert into c (x) values (1)",
    "insert into c select x from a, elsewhere",
    "insert into c selct x frm a",
)
TAGS: Final[tuple[dict[str, Any], ...]] = (
    {"lineage.stage": "raw"}, {"lineage.stage": "feature"}, {"pii@x": "yes", "licence": "one"},
    {"pii@x": "yes"}, {"_deleted": True},
)  # fmt: skip
SLASH: Final = st.sampled_from(("",) * 9 + ("/",))
"""A folder is one with and without a slash at its end."""
OWNERS: Final[tuple[Body, ...]] = (
    {"ana": "OWNER"}, {"ana": None, "ben": None}, {}, {"_deleted": True},
)  # fmt: skip
KINDS: Final = (None, "DIRECT/IDENTITY", "INDIRECT/JOIN", "DIRECT/TRANSFORMATION/masked")


class History(list[Body]):
    """Events that show themselves in a line each, without what every facet carries."""

    def __repr__(self) -> str:
        return "".join(f"\n    {_brief(event)}" for event in self)


def _brief(value: Any) -> Any:
    if isinstance(value, dict):
        left_out = ("producer", "schemaURL", "_producer", "_schemaURL", "namespace")
        brief = {key: _brief(inner) for key, inner in value.items() if key not in left_out}
        return brief["name"] if brief.keys() == {"name"} else brief
    return [_brief(inner) for inner in value] if isinstance(value, list) else value


@st.composite
def datasets(draw: st.DrawFn, space: str, names: Sequence[str], *, is_output: bool) -> Body:
    """Return an input or an output, most often bare, sometimes with up to two facets."""
    name = draw(st.sampled_from(names))
    dataset: Body = {"name": f"{space}{draw(SLASH)}|{name}{draw(SLASH)}"}
    for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
        dataset |= draw(facets(space, name, is_output=is_output))
    if name == "m":
        dataset["datasetType"] = "MODEL"
    return dataset


@st.composite
def facets(draw: st.DrawFn, space: str, name: str, *, is_output: bool) -> Body:
    """Return one facet of a dataset."""
    one_of_names = st.sampled_from([f"{space}|{other}" for other in NAMES if other != name])
    field = st.sampled_from(("x", "y"))
    kinds: dict[str, Any] = {
        "schema": st.sampled_from((*SCHEMAS, *SCHEMAS, {"_deleted": True})),
        "version": st.sampled_from(("1", "2")),
        "symlinks": st.just([f"{draw(st.sampled_from(('TABLE', 'LOCATION')))}:{space}|{name}_too"]),
        "ownership": st.sampled_from(OWNERS),
        "tags": st.sampled_from(TAGS),
    }
    if draw(st.integers(0, 9)) == 0:
        kinds["symlinks"] = one_of_names.map(lambda other: [f"LOCATION:{other}"])
    if is_output:
        source = st.tuples(st.tuples(one_of_names, field).map(".".join), st.sampled_from(KINDS))
        lineage = st.dictionaries(
            st.sampled_from(("x", "y", "*")), st.lists(source, min_size=1, max_size=2), max_size=2
        )
        kinds |= {
            "columnLineage": lineage | st.just({"_deleted": True}),
            "outputStatistics": st.fixed_dictionaries({"rowCount": st.integers(0, 3)}),
            "lifecycleStateChange": one_of_names | st.sampled_from(("DROP", "DROP", "TRUNCATE")),
            "lineage": st.lists(one_of_names, max_size=2) | st.just({"_deleted": True}),
        }
        key = draw(st.sampled_from((*kinds, *["columnLineage"] * 4, "lifecycleStateChange")))
    else:
        key = draw(st.sampled_from(tuple(kinds)))
    return {key: draw(kinds[key])}


@st.composite
def job_facets(draw: st.DrawFn, space: str) -> Body | None:
    """Return what a job carries, most often nothing."""
    nothing = [st.none()] * 6
    kinds: list[st.SearchStrategy[Body | None]] = [
        *nothing,
        st.just({"jobType": "SPARK/STREAMING/JOB"}),
        *[st.just({"jobType": "SPARK/STREAMING/JOB/COMPLETE_SNAPSHOT"})] * 2,
        *[explicit_lineage(space).map(lambda stated: {"lineage": stated})] * 2,
        st.just({"lineage": {"_deleted": True}}),
        *[st.sampled_from(QUERIES).map(lambda query: {"sql": query})] * 3,
        *[st.sampled_from(OWNERS).map(lambda owners: {"ownership": owners})] * 2,
        st.sampled_from(TAGS).map(lambda tags: {"tags": tags}),
    ]
    return draw(st.sampled_from(kinds).flatmap(lambda kind: kind))


@st.composite
def explicit_lineage(draw: st.DrawFn, space: str) -> Body:
    """Return what a job states of up to two targets: data sets, fields of them, a job, nothing."""
    source = st.sampled_from([f"{space}|{name}{field}" for name in NAMES for field in ("", ".x")])
    jobs = st.sampled_from([f"job:{space}|extract", f"job:{space}|load"])
    sources = st.lists(source | jobs, max_size=2)
    by_field = st.dictionaries(st.sampled_from(("x", "y", "*")), sources, max_size=2)
    targets = st.sampled_from([*(f"{space}|{name}" for name in OUTPUTS), f"job:{space}|load"])
    return draw(st.dictionaries(targets, sources | by_field, max_size=2))


def parents() -> st.SearchStrategy[Body]:
    """Return what a run says of who started it."""
    runs = st.sampled_from((run_uuid("p"), run_uuid("q")))
    jobs = st.sampled_from(("flow", "task"))
    return st.fixed_dictionaries(
        {"run": runs, "job": jobs}, optional={"root": runs, "root_job": jobs}
    )


@st.composite
def run_events(draw: st.DrawFn, space: str, names: Sequence[str]) -> Body:
    """Return an event of one of the runs."""
    run = draw(st.sampled_from(tuple(RUNS)))
    run_facets = {"parent": draw(parents())}
    return make_event(
        run=run_uuid(f"{space} {run}"),
        job=f"{space}|{draw(st.sampled_from(RUNS[run]))}",
        type=draw(st.sampled_from(TYPES)),
        at=draw(st.integers(0, 6)),
        inputs=draw(st.lists(datasets(space, names, is_output=False), max_size=2)),
        outputs=draw(st.lists(datasets(space, (*OUTPUTS, *names[4:]), is_output=True), max_size=2)),
        run_facets=run_facets if draw(st.integers(0, 5)) == 0 else None,
        job_facets=draw(job_facets(space)),
    )


@st.composite
def standing_events(draw: st.DrawFn, space: str, names: Sequence[str]) -> Body:
    """Return a job event, or a dataset event."""
    at = draw(st.integers(0, 6))
    if draw(st.booleans()):
        return make_event(
            at=at, dataset=draw(datasets(space, names, is_output=draw(st.booleans())))
        )
    return make_event(
        job=f"{space}|load",
        at=at,
        inputs=draw(st.lists(datasets(space, names, is_output=False), max_size=2)),
        outputs=draw(st.lists(datasets(space, OUTPUTS, is_output=True), max_size=2)),
        job_facets=draw(job_facets(space)),
    )


@st.composite
def histories(draw: st.DrawFn, *, with_models: bool = True, worlds: int = 4) -> History:
    """Return the events of several worlds that know nothing of one another, none of them twice."""
    names = (*NAMES, "m") if with_models else NAMES
    events: list[Body] = []
    for world in range(worlds):
        space = f"s3://w{world}"
        one = st.one_of(*[run_events(space, names)] * 5, standing_events(space, names))
        events += draw(st.lists(one, min_size=8, max_size=20))
    return History(event for place, event in enumerate(events) if event not in events[:place])


def scattered(random: Random, events: Sequence[Body], name: str) -> dict[str, list[Body]]:
    """Return the events in any order over several files, some of them more than once."""
    copies = [*events, *random.sample(list(events), len(events) // 3)]
    random.shuffle(copies)
    files: dict[str, list[Body]] = {}
    for event in copies:
        files.setdefault(f"{name}_{random.randrange(3)}", []).append(event)
    return files


def dealt(random: Random, events: Sequence[Body], count: int) -> list[list[Body]]:
    """Return the events dealt out to `count` runs; a few come in two of them."""
    hands: list[list[Body]] = [[] for _ in range(count)]
    for event in events:
        for hand in random.sample(hands, 2 if random.random() < 0.1 else 1):
            hand.append(event)
    return hands
