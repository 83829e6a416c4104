"""`lineage audit anchor`: a row for each anchor, and an exit code that says the worst of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

import pytest
from click.testing import CliRunner

from lineage_pipeline.cli.audit_anchor import anchor, exit_code
from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.trail.anchors.anchor import AnchorRow, Status
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.rotation import rotate
from tests.trail.anchors.trails import grown, set_back, trail_at, written_anew
from tests.trail.logs import KEY, OTHER
from tests.workspaces import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from lineage_pipeline.trail.anchors.everywhere import Trail


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    """Return the log of a workspace that has one anchor and may have another."""
    (tmp_path / "other").mkdir()
    settings = '[[trail.anchor]]\nkind = "directory"\npath = "../other"\n'
    make_workspace(tmp_path / "workspace", settings)
    trail = trail_at(tmp_path / "workspace", 3, 7)
    (trail.root / "verifier").write_text(f"{KEY.key.encoded}\n")
    return trail


def call(trail: Trail, *options: str) -> Result:
    return CliRunner().invoke(anchor, ["-w", str(trail.workspace), *options])


def second_anchor(trail: Trail, path: str) -> None:
    file = trail.workspace / "lineage.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}[[trail.anchor]]\nkind = "directory"\npath = "{path}"\n')


def test_each_anchor_is_a_row(trail: Trail) -> None:
    done = call(trail, "--format", "json")
    assert done.exit_code == 0
    (row,) = json.loads(done.stdout)
    assert {**row, "detail": ""} == {
        "anchor": "directory ../other", "size": 7, "status": "anchored", "detail": "",
    }  # fmt: skip
    assert "held" in call(trail).stdout


def test_the_exit_code_is_3_if_an_anchor_disagrees_and_1_if_one_is_out_of_reach(
    trail: Trail,
) -> None:
    call(trail)
    second_anchor(trail, "../unmounted")
    assert call(trail).exit_code == 1
    set_back(trail, 3)
    done = call(trail, "--key", KEY.key.encoded)
    assert done.exit_code == 3
    assert "set back" in done.stdout
    assert "unreachable" in done.stdout


def test_the_worst_row_decides() -> None:
    rows = {status: AnchorRow("anchor", 1, status, "") for status in get_args(Status)}
    assert exit_code([]) == 0
    assert exit_code([rows[s] for s in ("anchored", "held", "consistent", "empty")]) == 0
    assert exit_code([rows["anchored"], rows["unreachable"]]) == 1
    assert exit_code([rows["unreachable"], rows["disagrees"], rows["anchored"]]) == 3


def test_the_first_key_is_what_the_workspace_says_or_given(trail: Trail) -> None:
    call(trail)
    rotate(trail.root, KEY, OTHER)
    Log(trail.root, OTHER).append([b"after"])
    assert call(trail, "--key", KEY.key.encoded).exit_code == 0
    done = call(trail)
    assert done.exit_code == 0
    assert "held" in done.stdout
    stranger = SecretKey(KEY.name, b"stranger" * 4)
    assert isinstance(call(trail, "--key", stranger.key.encoded).exception, IntegrityError)


def test_a_log_written_anew_under_another_key_is_seen_by_the_anchor(trail: Trail) -> None:
    call(trail)
    written_anew(trail, 9)
    rotate(trail.root, KEY, OTHER)
    assert call(trail, "--key", KEY.key.encoded).exit_code == 3


def test_a_workspace_without_anchors_or_without_a_log_says_what_to_do(
    trail: Trail, tmp_path: Path
) -> None:
    grown(trail)
    other = make_workspace(tmp_path / "bare").paths.root
    done = call(trail._replace(workspace=other))
    assert done.exit_code == 2
    assert "[[trail.anchor]]" in done.stderr
    make_workspace(tmp_path / "new", '[[trail.anchor]]\nkind = "directory"\npath = "../other"\n')
    done = call(trail._replace(workspace=tmp_path / "new"))
    assert isinstance(done.exception, IntegrityError)
    assert "there is no log" in str(done.exception)
