"""A version of high risk walks the whole way, as docs/governance.md shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from click.testing import CliRunner

from lineage_pipeline import pipeline
from lineage_pipeline.cli import cli
from tests.test_docs import ROOT, told_in_turn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Demo

GOVERNANCE = (ROOT / "docs" / "governance.md").read_text(encoding="utf-8")


def test_a_version_walks_the_whole_way_as_the_documentation_shows(
    demo: Demo, tmp_path: Path
) -> None:
    assert told_in_turn(GOVERNANCE, demo, tmp_path) == 31

    workspace = pipeline.open_workspace(tmp_path / "demo")
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        decisions = warehouse.connection.execute(
            "select verdict, is_genuine from governance.decision order by decided_at"
        ).fetchall()
        gates = warehouse.connection.execute(
            "select count(*), count(distinct decision_id) from governance.gate_result"
        ).fetchone()
    assert decisions == [(verdict, True) for verdict in ("deny", "deploy", "deny", "break_glass")]
    assert gates == (48, 4)
    checked = CliRunner().invoke(cli, ["audit", "verify", "-w", str(tmp_path / "demo")])
    assert checked.exit_code == 0, checked.output


def test_the_walk_ends_as_the_page_says() -> None:
    codes = [int(code) for code in re.findall(r"\(exit code (\d)\)", GOVERNANCE)]

    assert codes == [1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1]
