"""What is known of facets is the same, whether it was read from the tables or kept in a file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.bronze import known_facets_file, ledger
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.scan.openlineage.known_facets import KnownFacets, merged
from tests.builders import make_event
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Workspace

DELIVERIES = 4


def deliver(workspace: Workspace, number: int) -> None:
    """Scan two events: each time one table that is known, one that is new, and odd facets."""
    odd = {"ownership": {"_producer": "p", "owners": number}, "custom": {"n": number}}
    outputs = [
        {"name": "same", "schema": {"id": "int"}},
        {"name": f"new{number}", "schema": {f"column_{number}": "int"}},
    ]
    event = make_event(run=f"r{number}", type="COMPLETE", inputs=["raw"], outputs=outputs)
    event["job"]["facets"] = event["job"].get("facets", {}) | odd
    file = workspace.paths.landing / "openlineage" / f"{number}.ndjson"
    file.write_text(json.dumps(event) + "\n")
    pipeline.scan_landing(workspace, CLOCK + timedelta(hours=number))


def facts(known: KnownFacets) -> dict[str, Any]:
    digests = {place: found.tolist() for place, found in known.digests.items()}
    return {"digests": digests, "odd": dict(known.odd)}


def known(workspace: Workspace) -> dict[str, Any]:
    return facts(ledger.known_facets(workspace.paths))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace with several batches that has kept what it knew before the last."""
    monkeypatch.setattr(ledger, "MANY_FILES", 1)
    made = make_workspace(tmp_path / "workspace")
    for number in range(DELIVERIES):
        deliver(made, number)
    return made


def kept_file(workspace: Workspace) -> Path:
    return workspace.paths.lake / "bronze" / ledger.KEPT


def test_what_is_kept_and_what_is_new_are_all_there_is(workspace: Workspace) -> None:
    kept = known_facets_file.load(kept_file(workspace))
    assert len(kept.files) == DELIVERIES - 1
    with_file = known(workspace)
    kept_file(workspace).unlink()
    assert known(workspace) == with_file
    assert len(with_file["digests"]["dataset", "schema"]) == DELIVERIES + 1
    assert {place[1] for place in with_file["odd"]} == {"ownership", "custom"}


def test_a_facet_that_is_kept_is_not_stored_again(workspace: Workspace) -> None:
    deliver(workspace, 0)
    before = LakeTable(workspace.paths.table("bronze", "facet")).size()[0]
    deliver(workspace, DELIVERIES)
    after = LakeTable(workspace.paths.table("bronze", "facet")).size()[0]
    assert after - before == 3


@pytest.mark.parametrize("damage", [b"", b"no archive", None, slice(0, -30), slice(40, None)])
def test_a_file_that_cannot_be_read_is_made_again(
    workspace: Workspace, damage: bytes | slice | None
) -> None:
    file = kept_file(workspace)
    content = file.read_bytes()
    expected = known(workspace)
    if damage is None:
        middle = len(content) // 4
        damage = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    file.write_bytes(content[damage] if isinstance(damage, slice) else damage)
    assert known(workspace) == expected
    ledger.known_facets(workspace.paths, Path.replace)
    assert len(known_facets_file.load(file).files) == DELIVERIES
    assert known(workspace) == expected


def test_a_file_that_names_others_than_the_table_does_not_count(workspace: Workspace) -> None:
    file = kept_file(workspace)
    other = make_workspace(workspace.paths.root.parent / "other")
    deliver(other, 7)
    expected = known(other)
    kept_file(other).write_bytes(file.read_bytes())
    assert known(other) == expected


def test_another_form_of_the_file_does_not_count(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = known(workspace)
    monkeypatch.setattr(known_facets_file, "_FORM", 0)
    assert known_facets_file.load(kept_file(workspace)) == known_facets_file.NOTHING
    assert known(workspace) == expected


def test_a_dry_run_keeps_nothing(workspace: Workspace) -> None:
    kept_file(workspace).unlink()
    deliver_file = workspace.paths.landing / "openlineage" / "more.ndjson"
    deliver_file.write_text(json.dumps(make_event(run="more", type="START")) + "\n")
    pipeline.scan_landing(workspace, CLOCK + timedelta(days=1), is_dry=True)
    assert not kept_file(workspace).exists()


def test_few_facets_are_not_worth_a_file(tmp_path: Path) -> None:
    made = make_workspace(tmp_path / "workspace")
    deliver(made, 0)
    deliver(made, 1)
    assert not kept_file(made).exists()


def test_what_two_know_is_sorted() -> None:
    one, two = (np.array(values, "S32") for values in ([b"b", b"d"], [b"a", b"c", b"e"]))
    place = ("job", "sql")
    both = merged(KnownFacets({place: one}), KnownFacets({place: two, ("job", "tags"): one}))
    assert both.digests[place].tolist() == [b"a", b"b", b"c", b"d", b"e"]
    assert both.digests["job", "tags"].tolist() == [b"b", b"d"]
