"""What a pack holds, of which state, and when none is made."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.evidence.rotations import rotate_key
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.pack.container import MOST_FILES, write_container
from lineage_pipeline.pack.manifest import CHECKPOINT, MANIFEST, NOTE, read_manifest
from lineage_pipeline.pack.rowsets import AUDIT, ROW_SETS
from lineage_pipeline.trail.notes import verifier_key
from lineage_pipeline.warehouse.query import open_warehouse
from tests.governed import POLICY, SUBMITTED, copied, governed, say, say_policy
from tests.pack.packs import first_key, members_of, pack_of, verdicts
from tests.workspaces import CLOCK, deliver_documents, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.conftest import Demo
    from tests.pack.conftest import Packed

LATER = SUBMITTED + timedelta(hours=9)
HOSTILE = "=cmd|'/c x'!A1 <script>alert(1)</script><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """The elements of a page, its links and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def rows_in(members: dict[str, bytes], path: str) -> list[dict[str, Any]]:
    return pl.read_parquet(io.BytesIO(members[f"{path}.parquet"])).to_dicts()


def again(workspace: Workspace, folder: Path) -> Workspace:
    """Return a copy of a workspace that is published where it lies now."""
    workspace = copied(workspace, folder / "copy")
    pipeline.run(workspace, pipeline.system_clock, LATER)
    return workspace


def test_a_pack_holds_what_was_said_and_decided_with_its_proofs(packed: Packed) -> None:
    approvals = rows_in(packed.members, "governance/approvals")
    [decision] = rows_in(packed.members, "governance/decisions")
    acts = {row["act_id"] for row in (*approvals, decision)}
    assert {row["decision"] for row in approvals} == {"approved"}
    assert decision["verdict"] == "deploy"
    assert {f"proofs/acts/{act}.proof" for act in acts} <= packed.members.keys()
    assert rows_in(packed.members, "governance/gate-results")
    assert packed.made.manifest.unproven == ()


def test_its_manifest_says_which_state_it_is_of(packed: Packed) -> None:
    manifest = read_manifest(packed.members[MANIFEST])
    with open_warehouse(packed.workspace.paths) as warehouse:
        [(known_at,)] = warehouse.query("select max(known_at) from quality.publication").rows
    assert manifest.known_at == int(known_at.timestamp() * 1_000_000)
    assert manifest.version_node_id == "modelVersion:files:risk:1"
    assert packed.members[CHECKPOINT].decode().split("\n")[1] == str(manifest.log.size)


def test_rows_are_the_same_in_both_forms(packed: Packed) -> None:
    for of in ROW_SETS:
        table = pl.read_parquet(io.BytesIO(packed.members[f"{of.path}.parquet"]))
        text = packed.members[f"{of.path}.csv"].decode()
        header, *lines = csv.reader(io.StringIO(text))
        assert (header, len(lines)) == (table.columns, table.height), of.path


def test_the_same_publication_gives_the_same_bytes(packed: Packed, tmp_path: Path) -> None:
    made = pack_of(packed.workspace, "modelVersion:files:risk:1", tmp_path / "again.zip")
    assert made.file.read_bytes() == packed.made.file.read_bytes()


def test_what_the_log_is_told_later_changes_nothing(packed: Packed, tmp_path: Path) -> None:
    workspace = again(packed.workspace, tmp_path)
    before = pack_of(workspace, "risk@1", tmp_path / "before.zip").file.read_bytes()
    ask(workspace)
    after = pack_of(workspace, "risk@1", tmp_path / "after.zip").file.read_bytes()
    assert after == before


def ask(workspace: Workspace) -> None:
    """Add entries to the log: a question and its answer."""
    from lineage_pipeline.cli import cli

    cli(["sql", "select 1", "-w", str(workspace.paths.root)], standalone_mode=False)


def test_after_a_rotation_the_first_key_leads_to_the_one_that_signs(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    workspace = again(packed.workspace, tmp_path)
    rotated = rotate_key(workspace.paths, {})
    made = pack_of(workspace, "risk@1", tmp_path / "rotated.zip")

    assert made.signed_with == rotated.new.encoded
    assert "trail/rotation-1.proof" in members_of(made.file)
    found = verdicts(made.file, first_key(workspace), capsys)
    assert (found.ours, found.alone) == (True, True), found.reasons
    found = verdicts(made.file, rotated.new.encoded, capsys)
    assert (found.ours, found.alone) == (False, False), found.reasons


def test_a_publication_that_the_new_key_has_sealed_is_proven_by_it(
    packed: Packed, tmp_path: Path, capsys: Any
) -> None:
    workspace = again(packed.workspace, tmp_path)
    rotate_key(workspace.paths, {})
    pipeline.run(workspace, pipeline.system_clock, LATER + timedelta(hours=1))
    pipeline.publish_warehouse(workspace)
    made = pack_of(workspace, "risk@1", tmp_path / "rotated.zip")
    found = verdicts(made.file, first_key(workspace), capsys)
    assert (found.ours, found.alone) == (True, True), found.reasons


def test_no_pack_is_made_of_a_warehouse_that_was_altered(packed: Packed, tmp_path: Path) -> None:
    workspace = copied(packed.workspace, tmp_path / "copy")
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("update governance.approval set person_id = 'eve'")
    with pytest.raises(IntegrityError, match="not what the log has sealed last"):
        pack_of(workspace, "risk@1", tmp_path / "none.zip")
    assert [*tmp_path.iterdir()] == [tmp_path / "copy"]


def test_no_pack_is_made_of_audit_rows_that_were_altered(packed: Packed, tmp_path: Path) -> None:
    workspace = audited(tmp_path / "workspace")
    [file, *_] = LakeTable(workspace.paths.table("bronze", "audit_event")).files()
    with open(file, "ab") as stream:  # noqa: PTH123
        stream.write(b"more")
    with pytest.raises(IntegrityError, match="lake/bronze/audit_event"):
        pack_of(workspace, "risk@1", tmp_path / "none.zip")


def test_no_pack_is_made_while_the_policy_says_something_newer(
    packed: Packed, tmp_path: Path
) -> None:
    workspace = copied(packed.workspace, tmp_path / "copy")
    say_policy(workspace, f'{POLICY}\n[[person]]\nid = "fay"\n')
    with pytest.raises(ConfigError, match="was changed since"):
        pack_of(workspace, "risk@1", tmp_path / "none.zip")


def test_no_pack_is_made_of_what_means_no_version_or_several(
    packed: Packed, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="did you mean risk@1"):
        pack_of(packed.workspace, "risk@7", tmp_path / "none.zip")
    workspace = copied(packed.workspace, tmp_path / "copy")
    twin = {"name": "risk", "registry": "elsewhere", "versions": [{"version": "1"}]}
    file = workspace.paths.landing / "registry" / "files" / "twin.json"
    file.write_text(json.dumps(twin), encoding="utf-8")
    pipeline.run(workspace, pipeline.system_clock, LATER)
    with pytest.raises(ConfigError, match="means 2 versions"):
        pack_of(workspace, "risk@1", tmp_path / "none.zip")


def test_no_pack_is_made_before_anything_is_published(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    with pytest.raises(ConfigError, match="nothing is published"):
        pack_of(workspace, "risk@1", tmp_path / "none.zip")


def audited(root: Path) -> Workspace:
    """Return a workspace with audit rows: one of a deployment, one of a person's data."""
    workspace = governed(root)
    deployed = {
        "specversion": "1.0", "id": "1", "source": "/platform",
        "type": "org.example.model.deployed",
        "time": "2026-06-01T10:00:00Z", "subject": "models/risk/1",
        "data": {"model": "risk", "version": "1", "actor": "ops"},
    }  # fmt: skip
    used = deployed | {"id": "2", "type": "org.example.model.viewed", "subject": "subj-0123456789"}
    deliver_documents(
        workspace, {"audit/cloudevents/a.ndjson": [deployed, used]}, CLOCK + timedelta(hours=1)
    )
    return workspace


def test_audit_rows_of_use_name_nobody_and_say_where_they_were_sealed(
    tmp_path: Path, capsys: Any
) -> None:
    workspace = audited(tmp_path / "workspace")
    made = pack_of(workspace, "risk@1", tmp_path / "pack.zip")
    members = members_of(made.file)
    rows = {row["is_withheld"]: row for row in rows_in(members, AUDIT)}

    assert rows[False]["event_id"]
    assert [
        rows[True][name] for name in ("event_id", "content_sha256", "resource_id", "attrs")
    ] == [None] * 4
    assert not any(b"subj-0123456789" in data for data in members.values())
    for row in rows.values():
        assert f"proofs/audit/{row['sealed_in_batch']}-{row['sealed_by_task']:05}.proof" in members
    found = verdicts(made.file, first_key(workspace), capsys)
    assert (found.ours, found.alone) == (True, True), found.reasons


def test_what_was_told_acts_neither_on_a_page_nor_in_a_sheet(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace", trainer=HOSTILE, owner=HOSTILE)
    say(workspace, "submitted", "dee", SUBMITTED)
    said = say(workspace, "rejected", "bob", LATER, stage="technical", reason=HOSTILE)
    assert said.file
    members = members_of(pack_of(workspace, "risk@1", tmp_path / "pack.zip").file)
    page = Page(members["index.html"].decode())

    assert not page.tags & {"script", "img", "iframe", "object", "form", "link", "base"}
    assert "<script>alert(1)</script>" in page.text
    cells = [
        cell
        for of in ROW_SETS
        for line in csv.reader(io.StringIO(members[f"{of.path}.csv"].decode()))
        for cell in line
    ]
    assert f"'{HOSTILE}" in cells
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)


def test_the_page_links_to_files_of_the_pack_and_to_nothing_else(packed: Packed) -> None:
    page = Page(packed.members["index.html"].decode())
    links = {link for link in page.links if not link.startswith("#")}
    shown = {name for name in packed.members if not name.startswith("proofs/")}
    assert links == shown - {"index.html", MANIFEST, NOTE}


def test_a_version_that_is_only_spoken_of_is_packed_as_what_is_told(
    demo: Demo, tmp_path: Path
) -> None:
    with open_warehouse(demo.workspace.paths) as warehouse:
        [(node_id,), *_] = warehouse.query(
            "select node_id from lineage.node where kind = 'modelVersion' order by node_id"
        ).rows
    assert pack_of(demo.workspace, node_id, tmp_path / "pack.zip").manifest.files


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("credit-risk@1", "Who approved it"),
        ("credit-risk@3", "Sources say that it serves at"),
        ("credit-risk@4", "The card"),
        ("newsletter-ranking@4", "It was never submitted for approval."),
    ],
)
def test_each_version_of_the_story_has_a_pack_that_both_verifiers_accept(
    demo: Demo, tmp_path: Path, capsys: Any, version: str, said: str
) -> None:
    made = pack_of(demo.workspace, version, tmp_path / "pack.zip")
    found = verdicts(made.file, first_key(demo.workspace), capsys)
    assert (found.ours, found.alone) == (True, True), found.reasons
    members = members_of(made.file)
    assert said in Page(members["index.html"].decode()).text
    assert not any(b"subj-" in data for name, data in members.items() if name != "verify.py")


def test_provenance_says_of_what_and_by_which_run_a_version_was_made(
    demo: Demo, tmp_path: Path
) -> None:
    members = members_of(pack_of(demo.workspace, "credit-risk@3", tmp_path / "pack.zip").file)
    stated = json.loads(members["provenance/slsa.json"])
    definition = stated["predicate"]["buildDefinition"]

    assert stated["_type"] == "https://in-toto.io/Statement/v1"
    assert stated["predicateType"] == "https://slsa.dev/provenance/v1"
    assert set(stated) == {"_type", "subject", "predicateType", "predicate"}
    assert set(stated["predicate"]) == {"buildDefinition", "runDetails"}
    assert set(definition) == {"buildType", "externalParameters", "resolvedDependencies"}
    [subject] = stated["subject"]
    assert len(subject["digest"]["sha256"]) == 64
    assert {"digest": {"gitCommit": "2f66a4d2a4593129668beeb7d5cff0ef54a94695"}, "name": "source code"} in definition["resolvedDependencies"]  # fmt: skip  # noqa: E501
    assert stated["predicate"]["runDetails"]["metadata"]["invocationId"].startswith("01a0754d")
    assert all({"uri", "digest"} & set(one) for one in definition["resolvedDependencies"])


def test_a_version_that_no_run_made_has_no_provenance_and_the_pack_says_so(packed: Packed) -> None:
    assert "provenance/slsa.json" not in packed.members
    assert any("0 runs" in said for said in packed.made.manifest.left_out)


def test_a_pack_has_no_more_files_than_a_reader_takes(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    files = ((f"a{n:05}", lambda: empty.open("rb")) for n in range(MOST_FILES + 1))
    with (tmp_path / "many.zip").open("wb") as target, pytest.raises(ConfigError, match="holds"):
        write_container(target, files)


def test_a_file_of_another_name_gets_into_no_pack(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with (tmp_path / "odd.zip").open("wb") as target, pytest.raises(ConfigError, match="called so"):
        write_container(target, [("../up", lambda: empty.open("rb"))])


def test_the_key_of_a_pack_is_that_of_its_log(packed: Packed) -> None:
    assert verifier_key(packed.key).name == packed.made.manifest.log.origin
