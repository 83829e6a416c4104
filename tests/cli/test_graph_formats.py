"""`lineage upstream` and `downstream` as files for other programs: what is written where."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from lineage_pipeline.cli import main
from lineage_pipeline.cli.graph_format import GRAPHS, ROWS
from tests.builders import make_event
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

NODE = "dataset:db:model"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """raw → clean → model; `income` of `clean` is made of `salary` of `raw`."""
    workspace = published_workspace(tmp_path_factory.mktemp("formats") / "workspace")
    clean = {"name": "clean", "columnLineage": {"income": ["raw.salary"], "*": ["raw.age"]}}
    events = [
        make_event(
            run="one", job="prepare", type="COMPLETE", at=1, inputs=["raw"], outputs=[clean]
        ),
        make_event(
            run="two", job="train", type="COMPLETE", at=3, inputs=["clean"], outputs=["model"]
        ),
    ]
    deliver(workspace, {"events": events})
    return workspace


@pytest.fixture
def ask(
    story: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run a command; return its exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        words = [*map(str, arguments), "-w", str(story.paths.root)]
        monkeypatch.setattr(sys, "argv", ["lineage", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return (end.value.code if isinstance(end.value.code, int) else 1, *capsys.readouterr())

    return call


@pytest.mark.parametrize("fmt", [*ROWS, *GRAPHS])
def test_a_file_holds_what_standard_output_would(
    ask: Callable[..., tuple[int, str, str]], fmt: str, tmp_path: Path
) -> None:
    code, printed, _ = ask("upstream", NODE, "--format", fmt)
    file = tmp_path / "answer"

    written_code, nothing, said = ask("upstream", NODE, "--format", fmt, "-o", file)

    assert (code, written_code, nothing) == (0, 0, "")
    assert file.read_bytes().decode() == printed
    assert "raw" in printed
    assert "coverage:" in said
    assert f"written: {file}" in said


@pytest.mark.parametrize("fmt", GRAPHS)
def test_remarks_are_on_standard_error_alone(
    ask: Callable[..., tuple[int, str, str]], fmt: str
) -> None:
    _, out, err = ask("downstream", "dataset:db:raw", "--format", fmt)

    assert "coverage:" in err
    assert "written" not in out + err


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("svg", "<svg"),
        ("html", "<!DOCTYPE html>"),
        ("graphml", "<?xml"),
        ("dot", "digraph"),
        ("gv", "digraph"),
        ("mmd", "flowchart LR"),
        ("ndjson", '{"eventTime"'),
        ("json", "["),
        ("csv", "node_id,"),
        ("txt", "node_id "),
    ],
)
def test_the_ending_of_the_file_names_the_format(
    ask: Callable[..., tuple[int, str, str]], ending: str, start: str, tmp_path: Path
) -> None:
    file = tmp_path / f"answer.{ending}"

    assert ask("upstream", NODE, "-o", file)[0] == 0

    assert file.read_text(encoding="utf-8").startswith(start)


def test_an_ending_that_names_no_format_is_refused(
    ask: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = ask("upstream", NODE, "-o", tmp_path / "answer.pdf")

    assert (code, out) == (2, "")
    assert "--format" in err
    assert "graphml" in err
    assert not (tmp_path / "answer.pdf").exists()


def test_a_place_that_cannot_be_written_is_named(
    ask: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = ask("upstream", NODE, "-o", tmp_path / "nowhere" / "answer.svg")

    assert (code, out) == (2, "")
    assert "nowhere" in err


def test_a_graph_is_bounded_like_its_rows(ask: Callable[..., tuple[int, str, str]]) -> None:
    def found(*options: object) -> set[str]:
        _, out, _ = ask("upstream", NODE, "--format", "graphml", *options)
        return set(nx.read_graphml(io.BytesIO(out.encode())))

    near = {NODE, "dataset:db:clean"}
    assert found() == near | {"dataset:db:raw"}
    assert found("--depth", "1") == near
    assert found("--as-of", "2026-01-01T02:00Z") == {NODE}
    assert found("--known-at", "2025-01-01") == {NODE}


def test_edges_are_those_that_held_then(ask: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = ask(
        "downstream", "dataset:db:raw", "--format", "node-link", "--as-of", "2026-01-01T02:00Z"
    )

    graph = json.loads(out)

    assert [(e["source"], e["target"]) for e in graph["edges"]] == [
        ("dataset:db:raw", "dataset:db:clean")
    ]
    assert graph["graph"]["as_of"] == "2026-01-01T02:00:00Z"


def test_the_graph_of_a_field_is_one_of_fields(ask: Callable[..., tuple[int, str, str]]) -> None:
    asked = ("upstream", "dataset:db:clean", "--field", "income")
    _, out, _ = ask(*asked, "--format", "graphml")
    income = "datasetField:db:clean:income"

    graph = nx.read_graphml(io.BytesIO(out.encode()))

    assert set(graph.edges) == {
        ("datasetField:db:raw:salary", income),
        ("datasetField:db:raw:age", income),
    }
    _, out, _ = ask(*asked, "--format", "svg")
    assert [e.tag for e in ET.fromstring(out)]  # noqa: S314


def test_events_of_a_field_state_its_columns_alone(
    ask: Callable[..., tuple[int, str, str]],
) -> None:
    _, out, _ = ask("upstream", "dataset:db:clean", "--field", "income", "--format", "openlineage")

    (event,) = map(json.loads, out.splitlines())

    (output,) = event["outputs"]
    assert set(output["facets"]["columnLineage"]["fields"]) == {"income"}


def test_an_unknown_node_writes_no_file(
    ask: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = ask("upstream", "dataset:db:modle", "-o", tmp_path / "answer.svg")

    assert (code, out) == (2, "")
    assert NODE in err
    assert not (tmp_path / "answer.svg").exists()
