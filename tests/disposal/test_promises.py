"""What retention promises, over drawn policies, holds, clocks and objects, beside a plain model.

No object under a hold goes, none before its minimum is over; all that is due and free goes at an
apply that was approved; exactly what the plan said; each with a certificate that is signed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.auditing import pinned_key
from lineage_pipeline.disposal import holding
from lineage_pipeline.disposal.certificates import certificates
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.ssh.signatures import judge
from lineage_pipeline.formats.ssh.signing import public_line
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.disposal.kept import (
    NAMESPACE,
    POLICY,
    STORE,
    applied,
    approve,
    called,
    hold,
    planned,
)
from tests.evidence.sealed import findings
from tests.governed import say_policy, when
from tests.properties.retention_model import Object, Rule, verdict
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.disposal.planning import Plan
    from lineage_pipeline.pipeline import Workspace

EXAMPLES: Final = int(os.environ.get("LINEAGE_TEST_DISPOSALS", "5"))
"""Each costs some dozen publications."""
PEOPLE: Final = "[obligations]\nseeds = false\n\n" + POLICY[POLICY.index("[[person]]") :]
PLAN_DAYS: Final = 14
PERIOD: Final = st.sampled_from([(0, 10), (0, 45), (1, 0), (2, 0), (1, 15)])
CALLED: Final = st.sampled_from([None, "hr/*", "web/*", "*/1"])
DAYS_AGO: Final = st.integers(0, 90)
CHURN: Final = {"name": "churn", "datasetType": "MODEL", "version": "1"}


@dataclass(frozen=True)
class Step:
    """What people do: some days pass, a hold comes or goes, a plan is made and carried out.

    Attributes:
        days: that pass before it.
        held: the object that a hold is placed on, by its number; None: no hold is placed.
        released: whether the oldest hold is released.
        approvals: how many approve the plan.
        late_hold: likewise, of those that are to go by the plan, before that is carried out.
        wait: days between the plan and its apply.
    """

    days: int
    held: int | None
    released: bool
    approvals: int
    late_hold: int | None
    wait: int


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    is_minimum = number > 0 and draw(st.booleans())
    period = draw(PERIOD)
    anchors = ["created", "last used"] + ["retired"] * is_minimum
    return Rule(
        name=f"r{number}", of="data set", minimum=period if is_minimum else None,
        maximum=None if is_minimum else period, anchor=draw(st.sampled_from(anchors)),
        basis=draw(st.sampled_from(["law", "house"])),
        called=None if number == 0 else draw(CALLED),
    )  # fmt: skip


@st.composite
def objects(draw: st.DrawFn, number: int) -> Object:
    name = f"{draw(st.sampled_from(['hr', 'web']))}/{number}"
    made = CLOCK - timedelta(days=draw(DAYS_AGO))
    used = min(CLOCK, made + timedelta(days=draw(st.sampled_from([0, 0, 7, 60]))))
    anchors: dict[str, datetime | None] = {"created": made, "last used": used}
    return Object(called(name), "data set", NAMESPACE, name, "raw", anchors=anchors)


PLACE: Final = st.none() | st.integers(0, 9)
STEPS: Final = st.lists(
    st.builds(
        Step, days=st.integers(0, 30), held=PLACE, released=st.booleans(),
        approvals=st.sampled_from([2, 2, 2, 1]), late_hold=PLACE,
        wait=st.sampled_from([0, 0, 3, PLAN_DAYS - 1, PLAN_DAYS]),
    ),
    min_size=1, max_size=3,
)  # fmt: skip


@dataclass
class World:
    """A workspace, and beside it what the model knows."""

    workspace: Workspace
    data: Path
    rules: list[Rule]
    needed: set[str]
    there: dict[str, Object]
    held: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    now: datetime = CLOCK

    def says(self, object_id: str, at: datetime) -> dict[str, Any]:
        """Return what the model says of an object."""
        one = self.there[object_id]
        return verdict(one, self.rules, {*self.held}, self.needed, at)

    def over(self, at: datetime) -> dict[str, str]:
        """Return what a plan must name, by the model: the verdict of each."""
        said = {object_id: self.says(object_id, at) for object_id in self.there}
        return {
            object_id: one["verdict"]
            for object_id, one in said.items()
            if one["goes_at"] and one["goes_at"] <= at and one["verdict"] != "until"
        }

    def hold(self, place: int | None, among: set[str]) -> None:
        """Place a hold on one of some objects, if there is one that is under none."""
        free = sorted(among - {*self.held})
        if place is not None and free:
            self.pass_time(minutes=1)
            self.held.append(free[place % len(free)])
            hold(self.workspace, self.held[-1], self.now)

    def release(self) -> None:
        self.pass_time(minutes=1)
        data = {"actor": "cid", "reason": "it is over", "matter": "M1"}
        said = Statement("hold_released", data)
        done = holding.release_hold(self.workspace, self.held.pop(0), said, when(self.now))
        assert done.objections == ()

    def pass_time(self, **given: float) -> None:
        self.now += timedelta(**given)

    def files(self) -> dict[str, bytes]:
        found = (file for file in self.data.rglob("*") if file.is_file())
        return {called(file.relative_to(self.data).as_posix()): file.read_bytes() for file in found}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("promises")


def world(folder: Path, said: list[Rule], found: list[Object], needed: set[str]) -> World:
    """Return a workspace with these rules and objects; a version that serves needs some."""
    root = folder / str(len([*folder.iterdir()]))
    workspace = published_workspace(root / "workspace", STORE)
    say_policy(workspace, "".join(map(toml, said)) + PEOPLE)
    events = []
    for one in found:
        file = root / "data" / one.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"rows of {one.name}".encode())
        events.append(run(f"w{one.name}", one.anchors["created"], outputs=[one.name]))
        events.append(run(f"u{one.name}", one.anchors["last used"], inputs=[one.name]))
    (root / "data" / "nobodys").write_bytes(b"of which no lineage tells")
    if names := sorted(one.name for one in found if one.object_id in needed):
        long_ago = CLOCK - timedelta(days=400)
        made = run("train", long_ago, inputs=names)
        events += [made | {"outputs": [model()]}, run("deploy", long_ago) | {
            "inputs": [model()],
            "outputs": make_event(outputs=["endpoint://eu|churn"])["outputs"],
        }]  # fmt: skip
    deliver(workspace, {"events": events})
    there = {one.object_id: one for one in found}
    return World(workspace, root / "data", said, needed, there)


def model() -> dict[str, Any]:
    [made] = make_event(outputs=[CHURN])["outputs"]
    return dict(made)


def run(name: str, at: datetime | None, **named: list[str]) -> dict[str, Any]:
    """Return a run of a moment that reads or writes datasets of the store."""
    assert at is not None
    event = make_event(run=name, job=name, type="COMPLETE", at=at.isoformat(), **named)
    for direction in named:
        for one in event[direction]:
            one["namespace"] = NAMESPACE
    return event


def toml(rule: Rule) -> str:
    """Return a rule as a policy has it."""
    lines = [f"[retention.{rule.name}]", f'of = "{rule.of}"', f'anchor = "{rule.anchor}"']
    periods = {"minimum": rule.minimum, "maximum": rule.maximum}
    lines += [f'{side} = "P{one[0]}M{one[1]}D"' for side, one in periods.items() if one]
    lines += [f'name = "{rule.called}"'] * bool(rule.called)
    return "\n".join([*lines, f'basis = "{rule.basis}"', "clause = 'drawn'", "", ""])


def disposed(world: World, step: Step) -> None:
    """Plan, approve or not, and apply; see that what happens is what was promised."""
    before, said = world.files(), world.over(world.now)
    plan = planned(world.workspace, world.now)
    assert {item.object_id: item.verdict for item in plan.plan.items} == said
    assert world.files() == before
    for actor in ("ada", "bob")[: step.approvals]:
        approve(world.workspace, plan.digest, actor, world.now)
    world.hold(step.late_hold, {item.object_id for item in plan.plan.due})
    world.pass_time(days=step.wait)
    is_over = world.now >= datetime.fromtimestamp(plan.plan.expires_at / 1e6, UTC)
    if step.approvals < 2 or is_over:
        with pytest.raises(ConfigError, match="expired" if is_over else "of 2 approvals"):
            applied(world.workspace, plan.digest, world.now)
        assert world.files() == before
        return
    going = free(world, plan.plan)
    done = applied(world.workspace, plan.digest, world.now)
    assert {one.object_id for one in done.outcomes if one.became == "gone"} == going
    assert world.files() == {name: data for name, data in before.items() if name not in going}
    assert going.isdisjoint(world.held)
    for object_id in going:
        stays_until = world.says(object_id, world.now)["stays_until"]
        assert stays_until is None or stays_until <= world.now
        del world.there[object_id]
    world.gone |= going


def free(world: World, plan: Plan) -> set[str]:
    """Return what a plan said would go and that is still due by the model."""
    due = {item.object_id for item in plan.due}
    return {one for one in due if world.says(one, world.now)["verdict"] == "due"}


def certified(world: World) -> None:
    """See that each deletion, and nothing else, has a certificate that the log's key has signed."""
    with open_warehouse(world.workspace.paths) as warehouse:
        listed, handed = certificates(warehouse, None)
    assert sorted(row[0] for row in listed.rows) == sorted(world.gone)
    key = public_line(pinned_key(world.workspace.paths, None).public)
    for one in handed:
        assert sha256(one.certificate).hexdigest() == one.digest
        found = judge(one.signature, one.statement)
        assert (found.status, found.public_key) == ("valid", key)
        assert one.certificate in one.statement


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_what_was_promised_is_what_happens(data: st.DataObject, folder: Path) -> None:
    said = [data.draw(rules(number)) for number in range(data.draw(st.integers(1, 4)))]
    found = [data.draw(objects(number)) for number in range(data.draw(st.integers(6, 16)))]
    needed = data.draw(st.sets(st.sampled_from([one.object_id for one in found]), max_size=3))
    made = world(folder, said, found, needed)
    for step in data.draw(STEPS):
        made.pass_time(days=step.days, hours=1)
        if step.released and made.held:
            made.release()
        made.hold(step.held, {*made.there})
        made.pass_time(minutes=1)
        disposed(made, step)
    certified(made)
    assert findings(made.workspace.paths) == []
