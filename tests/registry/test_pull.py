"""`lineage pull` on the command line: a row for each registry, and an exit code that tells."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.cli import main
from lineage_pipeline.initialise import initialise
from tests.registry.stub_server import Asked, Said, stub_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def pull(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in a workspace with these settings; return its code and what it printed."""

    def call(settings: str, *arguments: str) -> tuple[int, str, str]:
        root = tmp_path / "workspace"
        initialise(root).settings.write_text(settings, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["lineage", "pull", "-w", str(root), *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, printed.out, printed.err

    return call


def declared(url: str, name: str, more: str = "") -> str:
    return f'[[registry.mlflow]]\nurl = "{url}"\nname = "mlflow://{name}"\n{more}\n'


def rows(printed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed)
    return found


def test_each_registry_has_a_row(pull: Any, tmp_path: Path) -> None:
    with stub_server(lambda _: Said()) as url:
        code, printed, _ = pull(declared(url, "a") + declared(url, "b"), "--format", "json")
    assert code == 0
    assert [(row["registry"], row["status"], row["files"]) for row in rows(printed)] == [
        ("mlflow://a", "pulled", 5), ("mlflow://b", "pulled", 5),
    ]  # fmt: skip
    assert "0 model_versions" in rows(printed)[0]["fetched"]
    folders = tmp_path / "workspace/landing/registry/mlflow"
    assert sorted(folder.name for folder in folders.iterdir()) == ["a", "b"]


def test_one_that_fails_keeps_none_from_the_others(pull: Any, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Said:
        return Said(403) if asked.path.startswith("/closed/") else Said()

    with stub_server(answer) as url:
        settings = declared(f"{url}/closed", "closed") + declared(url, "open")
        code, printed, _ = pull(settings, "--format", "json")
    assert code == 1
    assert [(row["registry"], row["status"]) for row in rows(printed)] == [
        ("mlflow://closed", "failed"), ("mlflow://open", "pulled"),
    ]  # fmt: skip
    assert "answers 403" in rows(printed)[0]["fetched"]
    assert not (tmp_path / "workspace/landing/registry/mlflow/closed").exists()


def test_one_may_be_named(pull: Any) -> None:
    with stub_server(lambda _: Said()) as url:
        settings = declared(url, "a") + declared(url, "b")
        code, printed, _ = pull(settings, "mlflow://b", "--format", "json")
    assert code == 0
    assert [row["registry"] for row in rows(printed)] == ["mlflow://b"]


@pytest.mark.parametrize(
    ("settings", "arguments", "told"),
    [
        ("", (), "declares no registry"),
        (declared("https://h", "a"), ("mlflow://z",), "Declared: mlflow://a"),
        (declared("https://h", "a", 'token_env = "NOWHERE_SET"'), (), "NOWHERE_SET is not set"),
        ("[[registry.mlflow]]\n", (), "missing required field `url`"),
    ],
)
def test_wrong_settings_are_told(
    pull: Any, settings: str, arguments: tuple[str, ...], told: str
) -> None:
    code, printed, said = pull(settings, *arguments)
    assert (code, printed) == (2, "")
    assert told in said


def test_a_secret_that_is_missing_is_told_before_anything_is_fetched(
    pull: Any, tmp_path: Path
) -> None:
    with stub_server(lambda _: Said()) as url:
        settings = declared(url, "a") + declared(url, "b", 'token_env = "NOWHERE_SET"')
        code, _, _ = pull(settings)
    assert code == 2
    assert not (tmp_path / "workspace/landing/registry/mlflow/a").exists()
