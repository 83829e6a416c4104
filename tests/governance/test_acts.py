"""Acts: durable or absent, read by a run as they were written; a changed policy is told once."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError, DurabilityError, StorageError
from lineage_pipeline.governance.acts import Act, append_act, unsigned_bytes
from lineage_pipeline.governance.policy_act import tell_policy
from lineage_pipeline.policy.reading import policy_bytes, policy_digest, read_policy
from lineage_pipeline.trail import disk as disk_module
from lineage_pipeline.warehouse.query import open_warehouse
from tests.cli.conftest import Result, lineage
from tests.trail.conftest import tmp_path as in_memory
from tests.trail.power import Stopped, Watched, no_room
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

__all__ = ["in_memory", "lineage"]

Call = Callable[..., Result]

AT = 1_788_000_000_000_000
MODEL = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"
DATA: dict[str, Any] = {"actor": "priya@example.org", "stage": "technical", "reason": "sound",
                        "submission": "sha256:1"}  # fmt: skip
TECHNICAL = '[stage]\ntechnical = ["priya@example.org"]\n'


def approval(**more: Any) -> Act:
    return Act(name="approved", subject=MODEL, at=AT, data={**DATA, **more})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "workspace")


def files_of(workspace: Workspace) -> list[str]:
    """Return what stands below landing/governance/ that a run would see."""
    folder = workspace.paths.landing / "governance"
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and ".tmp" not in file.parts
    )


def run(workspace: Workspace, day: int = 1) -> pipeline.Run:
    return pipeline.run(workspace, pipeline.system_clock, CLOCK.replace(day=day))


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


# An act by itself.


def test_an_act_is_a_file_named_by_its_time_and_its_digest(workspace: Workspace) -> None:
    path = append_act(workspace.paths, approval())
    event = json.loads((workspace.paths.root / path).read_bytes())
    assert path == f"landing/governance/acts/2026-08/{AT}-{event['id']}.json"
    assert event["time"] == "2026-08-29T10:40:00.000000Z"
    assert event["data"] == DATA
    assert event["type"] == "lineage.governance.approved.v1"
    assert msgspec.json.encode(event, order="sorted") == unsigned_bytes(approval())


def test_the_same_act_twice_is_one(workspace: Workspace) -> None:
    paths = {append_act(workspace.paths, approval()) for _ in range(3)}
    assert len(paths) == 1
    assert len(files_of(workspace)) == 1
    other = {append_act(workspace.paths, approval(reason="other")) for _ in range(2)}
    assert len(files_of(workspace)) == 2
    assert not paths & other


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("approved", {**DATA, "actor": ""}),
        ("approved", {key: DATA[key] for key in ("actor", "stage", "reason")}),
        ("approved", {**DATA, "decision": "rejected"}),
        ("waived", {"actor": "a", "reason": "r", "gate": "performance"}),
        ("break_glass", {"actor": "a", "reason": "r", "expires_on": "2026-09-01"}),
    ],
)  # fmt: skip
def test_what_no_scan_would_take_is_not_written(
    name: str, data: dict[str, Any], workspace: Workspace
) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: .*; correct what the act says"):
        append_act(workspace.paths, Act(name=name, subject=MODEL, at=AT, data=data))
    assert files_of(workspace) == []


HOSTILE = ["<script>alert(1)</script>", "'; drop table silver.document; --", "a\nb\r\n{}",
           "\u202e\u2028\u0085", "../../etc/passwd", "\x00", "\U0001d518" * 50,
           '"}]}', "%s %(x)s {0}", "lineage.governance.policy_changed.v1"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept_as_they_are(text: str, workspace: Workspace) -> None:
    data = {**DATA, "actor": text, "reason": text, "stage": text, text: [text]}
    act = Act(name="approved", subject=text, at=AT, source=text, data=data)
    path = append_act(workspace.paths, act)
    written = (workspace.paths.root / path).read_bytes()
    assert written.count(b"\n") == 1
    event = json.loads(written)
    assert (event["subject"], event["data"]["reason"], event["data"][text]) == (text, text, [text])
    assert files_of(workspace) == [path.removeprefix("landing/governance/")]


# Whole or absent, whatever fails.


def steps(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many calls of the system it takes to append an act."""
    workspace = make_workspace(root)
    watch = Watched(workspace.paths.landing / "governance")
    with monkeypatch.context() as patch:
        patch.setattr(disk_module, "os", watch)
        append_act(workspace.paths, approval())
    return watch.count


def test_an_act_is_whole_or_absent_wherever_the_power_fails(
    in_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = steps(in_memory / "counted", monkeypatch)
    whole = unsigned_bytes(approval()) + b"\n"
    assert count > 8
    for number in range(count + 1):
        workspace = make_workspace(in_memory / f"power-{number}")
        folder = workspace.paths.landing / "governance"

        def stop(at: int, name: str, path: Path, number: int = number) -> None:
            if at == number:
                raise Stopped

        watch = Watched(folder, stop)
        watch.remember()
        is_stopped = False
        with monkeypatch.context() as patch:
            patch.setattr(disk_module, "os", watch)
            try:
                append_act(workspace.paths, approval())
            except Stopped:
                is_stopped = True
        assert is_stopped == (number < count)
        watch.at = None
        image = in_memory / f"image-{number}"
        watch.restore(image)
        left = [file for file in image.rglob("*.json") if ".tmp" not in file.parts]
        assert [file.read_bytes() for file in left] in ([], [whole])
        if not is_stopped:
            assert [file.read_bytes() for file in left] == [whole]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_or_broken_disk_is_told_and_leaves_no_half(
    code: int, in_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in ("mkdir", "open", "write", "fsync", "rename"):
        workspace = make_workspace(in_memory / f"{call}-{code}")
        watch = Watched(workspace.paths.landing / "governance", no_room(None, call, code))
        expected = DurabilityError if call == "fsync" else StorageError
        with monkeypatch.context() as patch:
            patch.setattr(disk_module, "os", watch)
            with pytest.raises(expected, match=os.strerror(code)):
                append_act(workspace.paths, approval())
        assert files_of(workspace) == []
        assert append_act(workspace.paths, approval())
        assert len(files_of(workspace)) == 1


# Read by a run, and sealed.


def test_a_run_reads_acts_as_they_were_written(workspace: Workspace, lineage: Call) -> None:
    acts = [approval(), approval(reason="a <b>bold</b> 'reason'"),
            Act(name="withdrawn", subject=MODEL, at=AT + 1,
                data={"actor": "a", "reason": "r", "submission": "s"}),
            Act(name="hold_placed", subject="dataset:s3://x:y", at=AT,
                data={"actor": "greta@example.org", "reason": "a claim"})]  # fmt: skip
    paths = [append_act(workspace.paths, act) for act in acts]
    run(workspace)
    found = asked(workspace, "select source_file, kind, body::varchar from silver.document")
    assert sorted(found) == sorted(
        (path, act.type, unsigned_bytes(act).decode())
        for path, act in zip(paths, acts, strict=True)
    )
    assert asked(workspace, "select count(*) from quality.quarantine") == [(0,)]
    append_act(workspace.paths, approval())
    run(workspace, 2)
    assert len(asked(workspace, "from silver.document")) == len(acts)
    assert_sealed(workspace, lineage)


def test_what_a_writer_left_behind_is_no_act(workspace: Workspace, lineage: Call) -> None:
    append_act(workspace.paths, approval())
    aside = workspace.paths.landing / "governance" / ".tmp"
    aside.mkdir(exist_ok=True)
    (aside / "half").write_bytes(b'{"specversion": "1.')
    run(workspace)
    assert len(asked(workspace, "from silver.document")) == 1
    assert asked(workspace, "select count(*) from quality.quarantine") == [(0,)]
    assert append_act(workspace.paths, approval())
    assert_sealed(workspace, lineage)


def assert_sealed(workspace: Workspace, lineage: Call) -> None:
    result = lineage("audit", "verify", "-w", workspace.paths.root)
    assert result.code == 0, result.out + result.err


def test_an_act_that_was_altered_is_found(workspace: Workspace, lineage: Call) -> None:
    path = workspace.paths.root / append_act(workspace.paths, approval())
    run(workspace)
    path.write_bytes(path.read_bytes().replace(b"sound", b"solid"))
    assert lineage("audit", "verify", "-w", workspace.paths.root).code == 3


# A changed policy.


def told(workspace: Workspace) -> list[str]:
    """Return the digests that acts have told, in their order."""
    folder = workspace.paths.landing / "governance" / "acts" / "policy"
    files = sorted(folder.glob("*.json"), key=lambda file: int(file.name.partition("-")[0]))
    return [json.loads(file.read_bytes())["data"]["policy_sha256"] for file in files]


def write(workspace: Workspace, text: str, name: str = "one.toml") -> None:
    workspace.paths.policy.mkdir(exist_ok=True)
    (workspace.paths.policy / name).write_text(text, encoding="utf-8")


def test_a_policy_is_told_once_for_each_change_and_when_it_changes_back(
    workspace: Workspace,
) -> None:
    write(workspace, TECHNICAL)
    first = policy_digest(tell_policy(workspace.paths, AT))
    tell_policy(workspace.paths, AT + 1)
    write(workspace, f"# a comment\n{TECHNICAL}")
    tell_policy(workspace.paths, AT + 2)
    assert told(workspace) == [first]
    write(workspace, TECHNICAL.replace("priya", "mia"))
    second = policy_digest(tell_policy(workspace.paths, AT + 3))
    write(workspace, TECHNICAL)
    tell_policy(workspace.paths, AT + 4)
    assert told(workspace) == [first, second, first]
    (workspace.paths.policy / "one.toml").unlink()
    nothing = policy_digest(tell_policy(workspace.paths, AT + 5))
    assert told(workspace) == [first, second, first, nothing]


def test_no_policy_is_not_told(workspace: Workspace) -> None:
    tell_policy(workspace.paths, AT)
    write(workspace, "# nothing yet\n")
    tell_policy(workspace.paths, AT + 1)
    assert told(workspace) == []


def test_what_is_told_is_the_policy_and_its_digest(workspace: Workspace, lineage: Call) -> None:
    write(workspace, TECHNICAL + "[threshold.a]\nauc_min = 0.7\n[purpose]\na = 'token=hunter2'\n")
    run(workspace)
    policy = read_policy(workspace.paths.policy)
    ((body, actor, digest),) = asked(
        workspace,
        "select body -> '$.data.policy', body ->> '$.data.actor', body ->> '$.data.policy_sha256' "
        "from silver.document where kind = 'lineage.governance.policy_changed.v1'",
    )
    assert (body.encode(), actor, digest) == (
        policy_bytes(policy), "unknown", policy_digest(policy),
    )  # fmt: skip
    assert_sealed(workspace, lineage)


def test_a_broken_policy_ends_a_run_before_it_changes_anything(
    workspace: Workspace, lineage: Call
) -> None:
    write(workspace, TECHNICAL)
    run(workspace)
    append_act(workspace.paths, approval())
    write(workspace, "[stage]\ntechnical = ['mia']\n[broken")
    before = snapshot(workspace)
    clock = "2026-06-02T00:00:00Z"
    result = lineage("run", "-w", workspace.paths.root, "--clock", clock)
    assert result.code == 2
    assert "one.toml: cannot be read" in result.err
    assert snapshot(workspace) == before
    assert told(workspace) == [policy_digest(read_of(TECHNICAL, workspace))]
    write(workspace, TECHNICAL)
    run(workspace, 3)
    assert len(told(workspace)) == 1
    assert_sealed(workspace, lineage)


def read_of(text: str, workspace: Workspace) -> Any:
    folder = workspace.paths.root / "other"
    folder.mkdir()
    (folder / "one.toml").write_text(text, encoding="utf-8")
    return read_policy(folder)


def snapshot(workspace: Workspace) -> dict[str, bytes]:
    root = workspace.paths.root
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and file.name not in (".lock", "lock")
    }
