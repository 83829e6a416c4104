"""`lineage gate` says no before it does anything, where nothing can be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result


def test_a_version_that_nothing_tells_of_is_a_usage_error(
    lineage: Callable[..., Result], workspace: Workspace, tmp_path: Path
) -> None:
    token = tmp_path / "token.jwt"
    token.write_text("of before", encoding="ascii")
    asked = ("gate", "check", "nothing@1", "--env", "production", "--actor", "ci")

    result = lineage(*asked, "--token", token, "-w", workspace.paths.root)

    assert result.code == 2
    assert "nothing@1: no registry holds such a version" in result.err
    assert not token.exists()


def test_whoever_asks_must_be_named(
    lineage: Callable[..., Result], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LINEAGE_ACTOR", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)

    result = lineage(
        "gate", "check", "nothing@1", "--env", "production", "-w", workspace.paths.root
    )

    assert result.code == 2
    assert "say who asks" in result.err


def test_a_file_in_no_known_form_is_a_usage_error(
    lineage: Callable[..., Result], workspace: Workspace, tmp_path: Path
) -> None:
    asked = ("gate", "check", "nothing@1", "--env", "production", "--actor", "ci")

    result = lineage(*asked, "-o", tmp_path / "report.docx", "-w", workspace.paths.root)

    assert result.code == 2
    assert "report.docx" in result.err
