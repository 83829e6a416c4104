"""A poll is whole or nothing: nothing half lands and no secret shows, whatever is answered."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.errors import ConfigError, RegistryError, StorageError
from lineage_pipeline.registry.client import Client, Limits
from lineage_pipeline.registry.mlflow import poll_mlflow
from lineage_pipeline.registry.poll import new_poll
from lineage_pipeline.registry.secrets import authorization
from lineage_pipeline.settings.registries import MlflowRegistry
from lineage_pipeline.trail.disk import Disk
from tests.registry.stub_server import Asked, Said, stub_server, tls_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT = datetime(2026, 10, 12, 5, tzinfo=UTC)
POLL = "registry/mlflow/m/20261012T050000Z"
TOKEN = "hunter2-token"


def now() -> datetime:
    return AT


def registry(url: str) -> MlflowRegistry:
    return MlflowRegistry(url, "mlflow://m")


def still(max_bytes: int = 1 << 20, waits: list[float] | None = None) -> Limits:
    """Return limits under which no time goes by."""
    return Limits(max_bytes, lambda: 0.0, (waits if waits is not None else []).append)


def landed(landing: Path) -> list[str]:
    """Return the files below landing/, locks aside."""
    files = (file for file in landing.rglob("*") if file.is_file() and file.suffix != ".lock")
    return sorted(file.relative_to(landing).as_posix() for file in files)


def versions(*names: str, token: str = "") -> bytes:
    entries = [{"name": name, "version": "1"} for name in names]
    more = {"next_page_token": token} if token else {}
    return json.dumps({"model_versions": entries, **more}).encode()


def only_versions(answer: Callable[[Asked], Said]) -> Callable[[Asked], Said]:
    """Answer for versions as told, and with nothing else."""
    return lambda asked: answer(asked) if "model-versions" in asked.path else Said()


def test_answers_land_byte_for_byte(tmp_path: Path) -> None:
    body = b'{ "model_versions" :\n[{"name":"\\u00e9", "version":"1", "more":[1.50]}] }\n'
    with stub_server(only_versions(lambda _: Said(body=body))) as url:
        done = poll_mlflow(registry(url), None, tmp_path, now, still())
    file = tmp_path / POLL / "model_versions_search-000001.json"
    assert file.read_bytes() == body
    assert done.counts["model_versions"] == 1
    assert landed(tmp_path) == [
        f"{POLL}/{name}_search-000001.json"
        for name in ("experiments", "logged_models", "model_versions", "registered_models", "runs")
    ]
    assert (tmp_path / POLL / "runs_search-000001.json").read_bytes() == b'{"runs":[]}'


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Said(401), "credentials"),
        (Said(404), "404"),
        (Said(302, headers={"Location": "http://127.0.0.1:1/x"}), "302"),
        (Said(503), "5 times"),
        (Said(body=b"<html>log in</html>"), "login page"),
        (Said(body=b'{"model_versions": [{"name": "n"}]}'), "$.model_versions[0]"),
        (Said(body=b'{"error_code": "hunter2"}'), "not answered as MLflow"),
        (Said(body=versions("a" * 2000)), "max_record_bytes"),
        (Said(body=versions("a", token="again")), "has no end"),
        (Said(body=b'{"model', length=40), "breaks off"),
    ],
)  # fmt: skip
def test_a_poll_that_fails_leaves_nothing(tmp_path: Path, said: Said, told: str) -> None:
    with (
        stub_server(only_versions(lambda _: said)) as url,
        pytest.raises(RegistryError, match=r".") as caught,
    ):
        poll_mlflow(registry(url), f"Bearer {TOKEN}", tmp_path, now, still(1500))
    assert told in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert landed(tmp_path) == []


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path) -> None:
    stumbles = [Said(503), Said(429, headers={"Retry-After": "7"}), Said(body=b"{", length=9)]
    waits: list[float] = []
    with stub_server(only_versions(lambda _: stumbles.pop(0) if stumbles else Said())) as url:
        done = poll_mlflow(registry(url), None, tmp_path, now, still(waits=waits))
    assert waits == [1.0, 7.0, 4.0]
    assert done.file_count == 5


def test_nobody_there_is_told_after_some_attempts(tmp_path: Path) -> None:
    with stub_server(lambda _: Said()) as url:
        pass
    waits: list[float] = []
    with pytest.raises(RegistryError, match="cannot be reached: Connection refused, 5 times"):
        poll_mlflow(registry(url), None, tmp_path, now, still(waits=waits))
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_an_answer_that_does_not_end_is_left(tmp_path: Path) -> None:
    passing = iter(range(0, 100_000, 200))
    limits = Limits(1 << 20, lambda: float(next(passing)), lambda _: None)
    with (
        stub_server(lambda _: Said(body=b"{" * 300_000)) as url,
        pytest.raises(RegistryError, match="longer than 300 s"),
    ):
        poll_mlflow(registry(url), None, tmp_path, now, limits)


def test_what_moved_up_while_pages_were_read_is_not_taken_for_deleted(tmp_path: Path) -> None:
    entries = ["a", "b", "c", "d"]
    asked_so_far: list[str] = []

    def answer(asked: Asked) -> Said:
        asked_so_far.append(asked.path)
        if len(asked_so_far) == 2:
            entries.remove("a")
        start = 2 if "page_token" in asked.path else 0
        page, rest = entries[start : start + 2], entries[start + 2 :]
        return Said(body=versions(*page, token="2" if rest else ""))

    with stub_server(only_versions(answer)) as url:
        done = poll_mlflow(registry(url), None, tmp_path, now, still())
    files = sorted((tmp_path / POLL).glob("model_versions_*"))
    names = [entry["name"] for file in files
             for entry in json.loads(file.read_bytes())["model_versions"]]  # fmt: skip
    assert names == ["b", "c", "d"]
    assert done.counts["model_versions"] == 3


def test_a_listing_that_never_rests_is_no_poll(tmp_path: Path) -> None:
    numbers = iter(range(100))

    def answer(asked: Asked) -> Said:
        token = "" if "page_token" in asked.path else "2"
        return Said(body=versions(f"v{next(numbers)}", token=token))

    with (
        stub_server(only_versions(answer)) as url,
        pytest.raises(RegistryError, match="deleted each of 5 times"),
    ):
        poll_mlflow(registry(url), None, tmp_path, now, still())
    assert landed(tmp_path) == []


def test_runs_of_many_experiments_are_asked_for_some_at_a_time(tmp_path: Path) -> None:
    of: list[int] = []

    def answer(asked: Asked) -> Said:
        if "experiments" in asked.path:
            found = [{"experiment_id": str(number)} for number in range(250)]
            return Said(body=json.dumps({"experiments": found}).encode())
        if "runs" in asked.path:
            of.append(len(json.loads(asked.body)["experiment_ids"]))
        return Said()

    with stub_server(answer) as url:
        poll_mlflow(registry(url), None, tmp_path, now, still())
    assert sorted(of) == [50, 100, 100]
    assert len(list((tmp_path / POLL).glob("runs_*"))) == 3


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"token_env": "T"}, f"Bearer {TOKEN}"),
        ({"username_env": "U", "password_env": "P"}, "Basic bWlhOmh1bnRlcjI6w7w="),
    ],
)
def test_credentials_come_from_the_environment(given: dict[str, str], sent: str) -> None:
    seen: list[str] = []

    def answer(asked: Asked) -> Said:
        seen.append(asked.headers["Authorization"])
        return Said()

    environment = {"T": TOKEN, "U": "mia", "P": "hunter2:ü"}
    with stub_server(answer) as url:
        header = authorization(MlflowRegistry(url, **given), environment)
        Client(url, header, still()).get("x", {})
    assert seen == [sent]


@pytest.mark.parametrize("held", [{}, {"T": ""}, {"T": "hunter2\n"}, {"T": "hunter2 x"}])
def test_credentials_that_are_none_are_told_without_them(held: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="T ") as caught:
        authorization(MlflowRegistry("https://h", token_env="T"), held)
    assert "hunter2" not in str(caught.value)


def test_a_second_poll_of_the_same_second_changes_nothing(tmp_path: Path) -> None:
    with stub_server(lambda _: Said()) as url:
        poll_mlflow(registry(url), None, tmp_path, now, still())
        before = {file: (tmp_path / file).read_bytes() for file in landed(tmp_path)}
        with pytest.raises(RegistryError, match="once a second"):
            poll_mlflow(registry(url), None, tmp_path, now, still())
    assert before == {file: (tmp_path / file).read_bytes() for file in landed(tmp_path)}


def test_what_a_dead_poll_left_aside_goes_and_never_lands(tmp_path: Path) -> None:
    aside = tmp_path / ".tmp" / "registry_mlflow_m"
    aside.mkdir(parents=True)
    (aside / "runs_search-000009.json").write_bytes(b'{"runs": []}')
    with stub_server(lambda _: Said()) as url:
        poll_mlflow(registry(url), None, tmp_path, now, still())
    assert "runs_search-000009" not in " ".join(landed(tmp_path))


def test_a_disk_that_fails_leaves_no_poll(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Disk, name: str, data: bytes, mode: int = 0) -> str:
        if "experiments" in name:
            raise StorageError(name, "No space left on device")
        return real(self, name, data)

    real: Any = Disk.write_aside
    monkeypatch.setattr(Disk, "write_aside", fail)
    with stub_server(lambda _: Said()) as url, pytest.raises(StorageError, match="No space"):
        poll_mlflow(registry(url), None, tmp_path, now, still())
    assert landed(tmp_path) == []


def test_a_poll_appears_when_it_is_whole(tmp_path: Path) -> None:
    with new_poll(tmp_path, "registry/mlflow/m", now) as poll:
        poll.write("a.json", b"{}")
        poll.write("b.json", b"{}")
        poll.drop("a.json")
        assert not (tmp_path / "registry").exists()
    assert landed(tmp_path) == [f"{POLL}/b.json"]
    assert (poll.file_count, poll.size_bytes) == (1, 2)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    waits: list[float] = []
    with (
        tls_server(tmp_path / "tls") as url,
        pytest.raises(RegistryError, match="its certificate does not hold: self-signed"),
    ):
        poll_mlflow(registry(url), f"Bearer {TOKEN}", tmp_path / "landing", now, still(waits=waits))
    assert waits == []


def test_a_poll_that_waits_for_another_is_called_by_when_it_begins(tmp_path: Path) -> None:
    disk, begun = Disk(tmp_path), threading.Event()
    times = iter([AT, AT + timedelta(minutes=5)])

    def second() -> None:
        begun.set()
        with new_poll(tmp_path, "registry/mlflow/m", lambda: next(times)) as poll:
            poll.write("a.json", b"{}")

    with disk.lock(".tmp/registry_mlflow_m.lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        begun.wait()
        assert next(times) == AT
    waiting.join()
    assert landed(tmp_path) == ["registry/mlflow/m/20261012T050500Z/a.json"]
