"""What people see: the asset graph, a run started by hand, checks that passed."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from lineage_pipeline import inventory, pipeline
from tests.browsers import browser_context

# Without a daemon beside the webserver nobody would take runs out of the queue.
INSTANCE: Final = """\
telemetry: {enabled: false}
nux: {enabled: false}
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator
"""

DEADLINE_S: Final = 120

RUNS: Final = "{ runsOrError { ... on Runs { results { runId status } } } }"
CHECKS: Final = """{ assetNodes { assetChecksOrError { ... on AssetChecks {
    checks { name executionForLatestMaterialization { status } } } } } }"""

pytestmark = pytest.mark.browser


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(small: pipeline.Workspace, port: int, tmp_path: Path) -> Iterator[int]:
    """The port of a webserver on the small workspace."""
    home = tmp_path / "dagster_home"
    home.mkdir()
    (home / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
    program = str(Path(sys.executable).with_name("dagster-webserver"))
    where = ["-h", "127.0.0.1", "-p", str(port), "-m", "dagster_project.definitions"]
    log_file = tmp_path / "webserver.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  the program of this environment
            [program, *where],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "DAGSTER_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            until(lambda: answers(port), f"the webserver answers; see {log_file}", process)
            yield port
        finally:
            stop(process)


@pytest.fixture
def page() -> Iterator[Page]:
    with browser_context(offline=False, viewport={"width": 1600, "height": 1000}) as context:
        yield context.new_page()


def test_everything_is_materialized_from_the_asset_graph(
    server: int, page: Page, small: pipeline.Workspace, tmp_path: Path
) -> None:
    open_graph(page, server)
    page.screenshot(path=tmp_path / "graph.png")
    page.get_by_role("button", name="Materialize all").click()
    until(lambda: len(statuses(server)) == 1, "a run was started")
    until(lambda: statuses(server)[0] in ("SUCCESS", "FAILURE"), "the run ended")
    assert statuses(server) == ["SUCCESS"]
    assert pipeline.new_files(small) == ()
    expected = dict.fromkeys((name for name, _, _ in inventory.checks()), "SUCCEEDED")
    assert check_statuses(server) == expected

    open_graph(page, server)
    page.screenshot(path=tmp_path / "graph_after.png")
    page.goto(f"http://127.0.0.1:{server}/assets/lineage/edge")
    expect(page.get_by_text("Row count").first).to_be_visible(timeout=DEADLINE_S * 1000)
    expect(page.get_by_text("where the data comes from")).to_be_visible()
    page.screenshot(path=tmp_path / "edge.png")
    page.goto(f"http://127.0.0.1:{server}/assets/lineage/edge?view=checks")
    expect(page.get_by_text("edge_is_unique").first).to_be_visible(timeout=DEADLINE_S * 1000)
    expect(page.get_by_text("Passed").first).to_be_visible()
    expect(page.get_by_text("Failed")).to_have_count(0)
    page.screenshot(path=tmp_path / "checks.png")


def open_graph(page: Page, port: int) -> None:
    """Show the lineage page, group by group, and wait for its nodes."""
    page.goto(f"http://127.0.0.1:{port}/asset-groups")
    drawing = page.locator("svg foreignObject")
    for node in ("landing", "bronze", "silver", "lineage", "quality", "audit", "warehouse"):
        expect(drawing.get_by_text(node, exact=True).first).to_be_visible(timeout=DEADLINE_S * 1000)


def answers(port: int) -> bool:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        try:
            line.request("GET", "/server_info")
            return line.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False


def ask(port: int, query: str) -> dict[str, Any]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        headers = {"Content-Type": "application/json"}
        line.request("POST", "/graphql", json.dumps({"query": query}), headers)
        answer: dict[str, Any] = json.loads(line.getresponse().read())
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def statuses(port: int) -> list[str]:
    return [run["status"] for run in ask(port, RUNS)["runsOrError"]["results"]]


def check_statuses(port: int) -> dict[str, str]:
    return {
        check["name"]: check["executionForLatestMaterialization"]["status"]
        for node in ask(port, CHECKS)["assetNodes"]
        for check in node["assetChecksOrError"].get("checks", ())
    }


def until(
    reached: Callable[[], bool], what: str, process: subprocess.Popen[bytes] | None = None
) -> None:
    """Ask again and again, and fail at the deadline or when the process has died."""
    deadline = time.monotonic() + DEADLINE_S
    while not reached():
        assert process is None or process.poll() is None, f"the process died before {what}"
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.2)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the webserver and whatever it has started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
