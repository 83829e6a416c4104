"""What `lineage sql` keeps: who asked what of which state, and answers as evidence."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from lineage_pipeline.asking import saving
from lineage_pipeline.asking.kept import ask_kept
from lineage_pipeline.asking.reperforming import reperform
from lineage_pipeline.cli import main
from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.evidence.entries import Answer, Query, from_bytes
from lineage_pipeline.evidence.questions import Question, kept_question, rows_of
from lineage_pipeline.evidence.trail import log_of
from lineage_pipeline.trail.verifier import verify
from lineage_pipeline.workspace import Workspace as Asked
from tests.builders import make_event
from tests.evidence.sealed import LATER, findings
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.asking.kept import Told
    from lineage_pipeline.pipeline import Workspace

NODES = "select node_id, kind from lineage.node where kind = $kind order by node_id"


class Result(NamedTuple):
    """What a command returned and printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = make_workspace(tmp_path / "workspace")
    deliver(made, {"a": [make_event(run="one", type="COMPLETE", inputs=["r"], outputs=["o"])]})
    return made


@pytest.fixture
def sql(
    workspace: Workspace, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run `lineage sql` on the workspace."""

    def call(*arguments: str) -> Result:
        command = ["lineage", "sql", *arguments, "-w", str(workspace.paths.root)]
        monkeypatch.setattr(sys, "argv", command)
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        code = end.value.code
        return Result(code if isinstance(code, int) else 1, *capfd.readouterr())

    return call


def clock() -> datetime:
    return LATER


def ask(workspace: Workspace, text: str = NODES, **parameters: Any) -> Told:
    given = parameters or {"kind": "job"}
    return ask_kept(workspace.paths, text, given, actor="ann", clock=clock)


def last(workspace: Workspace) -> tuple[Query, Answer]:
    """Return the last question and what became of it."""
    entries = [from_bytes(data) for data in log_of(workspace.paths).entries()]
    query, answer = entries[-2:]
    assert isinstance(query, Query)
    assert isinstance(answer, Answer)
    return query, answer


def test_the_log_says_who_asked_what_of_which_state_and_what_came(
    sql: Callable[..., Result], workspace: Workspace
) -> None:
    before = log_of(workspace.paths).tree
    given = ("--param", "kind=job", "--param", 'n=["3", 4]', "--param", "t=2026-01-01T00:00:00Z")
    text = "select kind, $n as n, $t as t from lineage.node where kind = $kind"
    result = sql(text, *given, "--actor", "ann")
    assert result.code == 0, result.err
    query, answer = last(workspace)
    assert kept_question(workspace.paths, query.leaf) == Question(
        text, "ann", {"kind": "job", "n": ["3", 4], "t": {"time": "2026-01-01T00:00:00+00:00"}}
    )
    assert (query.tree_size, query.tree_root) == (before.size, before.root.hex())
    sealed = hashlib.sha256(workspace.paths.warehouse.read_bytes()).hexdigest()
    assert query.warehouse_sha256 == sealed
    assert (answer.outcome, answer.n_rows, len(answer.rows)) == ("answered", 1, 64)
    assert findings(workspace.paths) == []


@pytest.mark.parametrize("text", ["selec", "copy (select 1) to 'x'", "select 'x'::int"])
def test_what_is_refused_or_fails_is_kept_as_well(
    sql: Callable[..., Result], workspace: Workspace, text: str
) -> None:
    assert sql(text).code == 2
    query, answer = last(workspace)
    kept = kept_question(workspace.paths, query.leaf)
    assert kept is not None
    assert kept.text == text
    assert (answer.outcome, answer.n_rows, answer.rows) == ("failed", 0, "")


def test_what_takes_too_long_says_what_to_do(sql: Callable[..., Result]) -> None:
    result = sql("select count(*) from range(1000000000000)", "--seconds", "2")
    assert result.code == 2
    assert "took longer than 2 seconds; give it more seconds" in result.err
    result = sql("from range(11)", "--rows", "10")
    assert (result.code, result.out) == (2, "")
    assert "more than 10 rows" in result.err


def test_an_actor_is_named_by_option_variable_or_login(
    sql: Callable[..., Result], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asker() -> str:
        kept = kept_question(workspace.paths, last(workspace)[0].leaf)
        assert kept is not None
        return kept.actor

    monkeypatch.delenv("LINEAGE_ACTOR", raising=False)
    monkeypatch.setenv("LOGNAME", "logged-in")
    assert (sql("select 1").code, asker()) == (0, "logged-in")
    monkeypatch.setenv("LINEAGE_ACTOR", "named")
    assert (sql("select 1").code, asker()) == (0, "named")
    assert (sql("select 1", "--actor", "given").code, asker()) == (0, "given")


def test_a_parameter_is_never_read_as_sql(sql: Callable[..., Result]) -> None:
    odd = "x' union select 'y"
    result = sql("select $odd as odd", "--param", f"odd={odd}", "--format", "json")
    assert json.loads(result.out) == [{"odd": odd}]
    assert sql("select $odd").code == 2
    assert sql("select 1", "--param", "a=1", "--param", "a=2").code == 2


def test_a_saved_answer_holds_what_an_auditor_needs(
    sql: Callable[..., Result], workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "nodes.zip"
    result = sql(NODES, "--param", "kind=job", "--actor", "ann", "--save", str(file))
    assert (result.code, f"written: {file}" in result.err) == (0, True), result.err
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    sums = dict(reversed(line.split("  ")) for line in members["SHA256SUMS"].decode().splitlines())
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    assert sums == {name: digests[name] for name in members if name != "SHA256SUMS"}
    sheet = json.loads(members["answer.json"])
    assert sheet["standing"] == "unvalidated IPE"
    assert (sheet["asked_by"], sheet["parameters"], sheet["row_count"]) == (
        "ann",
        {"kind": "job"},
        1,
    )
    assert (
        sheet["query_sha256"] == digests["query.sql"] == hashlib.sha256(NODES.encode()).hexdigest()
    )
    assert sheet["answer_sha256"] == digests["rows.ndjson"]
    query, answer = last(workspace)
    salt = bytes.fromhex(sheet["log"]["salt"])
    assert answer.rows == rows_of(salt, sheet["answer_sha256"])
    key = (workspace.paths.trail / "verifier").read_text().strip()
    assert from_bytes(verify.open_entry(members["query.proof"], key)[0]) == query
    assert from_bytes(verify.open_entry(members["answer.proof"], key)[0]) == answer


def test_an_answer_of_a_whole_relation_is_told_with_its_comments(
    workspace: Workspace, tmp_path: Path
) -> None:
    told = ask(workspace, "from lineage.node")
    saving.save(workspace.paths, told, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        sheet = json.loads(packed.read("answer.json"))
    assert sheet["standing"] == "published relation lineage.node"
    assert {"name": "node_id", "comment": "its identifier"}.items() <= sheet["columns"][0].items()


def test_the_same_answer_is_saved_as_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    told = ask(workspace)
    for name in ("one.zip", "other.zip"):
        saving.save(workspace.paths, told, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_nothing_is_written_over(sql: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_text("kept")
    assert sql("select 1", "--save", str(file)).code == 2
    assert file.read_text() == "kept"
    assert [*tmp_path.glob(".saving-*")] == []


def test_no_evidence_is_made_of_a_warehouse_that_was_altered(
    workspace: Workspace, tmp_path: Path
) -> None:
    with workspace.paths.warehouse.open("ab") as warehouse:
        warehouse.write(b"\0")
    told = ask(workspace)
    with pytest.raises(IntegrityError, match="was sealed"):
        saving.save(workspace.paths, told, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_asked_again_the_same_state_says_the_same(
    sql: Callable[..., Result], workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "a.zip"
    assert sql(NODES, "--param", "kind=job", "--save", str(file)).code == 0
    result = sql("--reperform", str(file), "--actor", "bob", "--format", "json")
    assert result.code == 0, result
    assert all(row["holds"] for row in json.loads(result.out))
    kept = kept_question(workspace.paths, last(workspace)[0].leaf)
    assert kept == Question(NODES, "bob", {"kind": "job"})


def test_another_answer_is_a_no(
    sql: Callable[..., Result], workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "a.zip"
    assert sql(NODES, "--param", "kind=job", "--save", str(file)).code == 0
    deliver(workspace, {"b": [make_event(run="two", job="other", type="COMPLETE")]}, LATER)
    result = sql("--reperform", str(file), "--format", "json")
    assert result.code == 1, result
    (differs,) = [row for row in json.loads(result.out) if not row["holds"]]
    assert differs["told"] == "2 rows, of another warehouse"


def resealed(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return members with sums that are right again."""
    sums = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in members.items()
        if name != "SHA256SUMS"
    )
    return {**members, "SHA256SUMS": sums.encode()}


def with_sheet(members: dict[str, bytes], **changed: Any) -> dict[str, bytes]:
    sheet = {**json.loads(members["answer.json"]), **changed}
    return resealed({**members, "answer.json": json.dumps(sheet).encode()})


def altered(members: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Return members of which one was altered, by somebody who knows how sums are made."""
    rows = members["rows.ndjson"].replace(b"job", b"jib")
    rows_sha256 = hashlib.sha256(rows).hexdigest()
    query_sha256 = hashlib.sha256(b"select 1").hexdigest()
    unproven = {name: data for name, data in members.items() if not name.endswith(".proof")}
    csv = members["rows.csv"].replace(b"job", b"jib")
    return {
        "sums": {**members, "query.sql": b"select 1"},
        "rows": with_sheet({**members, "rows.ndjson": rows}, answer_sha256=rows_sha256),
        "query": with_sheet({**members, "query.sql": b"select 1"}, query_sha256=query_sha256),
        "actor": with_sheet(members, asked_by="eve"),
        "time": with_sheet(members, asked_at="2026-01-01T00:00:00Z"),
        "row_count": with_sheet(members, row_count=2),
        "warehouse": with_sheet(members, warehouse_sha256="ab" * 32),
        "no log": with_sheet(unproven, log=None),
        "csv": resealed({**members, "rows.csv": csv}),
        "parquet": resealed({**members, "rows.parquet": members["rows.parquet"][:-9]}),
        "proof": resealed({**members, "query.proof": members["query.proof"][:-9]}),
        "no proof": resealed({name: members[name] for name in members if name != "query.proof"}),
    }


ALTERED = (
    *("sums", "rows", "query", "actor", "time", "row_count", "warehouse", "no log", "csv"),
    *("parquet", "proof", "no proof"),
)


@pytest.mark.parametrize("how", ALTERED)
def test_evidence_that_was_altered_is_found_and_not_asked_again(
    sql: Callable[..., Result], workspace: Workspace, tmp_path: Path, how: str
) -> None:
    saving.save(workspace.paths, ask(workspace), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    _pack(tmp_path / "b.zip", altered(members)[how])
    size = log_of(workspace.paths).tree.size
    assert sql("--reperform", str(tmp_path / "b.zip")).code == 3
    assert log_of(workspace.paths).tree.size == size


def _pack(file: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"answer.json": b"{}"},
        {"../../escaped": b"x"},
        {"/etc/escaped": b"x"},
        {"rows.csv": b"", "more.txt": b""},
    ],
)
def test_a_file_of_another_kind_is_told(
    workspace: Workspace, tmp_path: Path, members: dict[str, bytes]
) -> None:
    _pack(tmp_path / "a.zip", members)
    with pytest.raises(IntegrityError, match="is not what"):
        reperform(workspace.paths, tmp_path / "a.zip", actor="ann", clock=clock)
    assert not (tmp_path / "escaped").exists()


def test_what_unpacks_to_too_much_is_told(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saving.save(workspace.paths, ask(workspace), tmp_path / "a.zip")
    monkeypatch.setattr("lineage_pipeline.asking.reperforming.MOST_BYTES", 1000)
    with pytest.raises(IntegrityError, match="more than it may"):
        reperform(workspace.paths, tmp_path / "a.zip", actor="ann", clock=clock)


def test_a_notebook_asks_the_same_way(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_ACTOR", "ann")
    lineage = Asked(workspace.paths.root)
    frame = lineage.sql(NODES, kind="job")
    assert frame.columns == ["node_id", "kind"]
    assert frame.height == 1
    kept = kept_question(workspace.paths, last(workspace)[0].leaf)
    assert kept == Question(NODES, "ann", {"kind": "job"})
    for text in ("copy lineage.node to 'x.csv'", "from read_text('/etc/passwd')"):
        with pytest.raises(ConfigError):
            lineage.sql(text)
    with pytest.raises(ConfigError, match="no parameter has this type"):
        lineage.sql("select $a", a=object())
