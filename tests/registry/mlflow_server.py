"""A real MLflow server on loopback, and plain questions to it."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent.parent
PYTHON: Final = ROOT / ".tools" / "mlflow" / "3.17.2" / "bin" / "python"
STARTS_WITHIN_S: Final = 600
API: Final = "/api/2.0/mlflow/"


class Mlflow(NamedTuple):
    """A server that runs."""

    url: str

    def ask(self, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
        """Return what is answered to a question as JSON."""
        asked = Request(
            self.url + API + path, json.dumps(body).encode(), method=method,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        with urlopen(asked, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def model(self, name: str, versions: int = 1, **tags: str) -> None:
        """Register a model and so many versions of it."""
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        self.ask("registered-models/create", {"name": name, "tags": pairs})
        for number in range(versions):
            self.ask("model-versions/create", {"name": name, "source": f"s3://models/{number}"})

    def alias(self, name: str, alias: str, version: str) -> None:
        """Let an alias stand for a version."""
        asked = {"name": name, "alias": alias, "version": version}
        self.ask("registered-models/alias", asked)

    def run(self, experiment: str, **metrics: float | str) -> str:
        """Log a run with a parameter, these metrics and an input; return what it is called."""
        created = self.ask("runs/create", {"experiment_id": experiment, "start_time": 1})
        run_id: str = created["run"]["info"]["run_id"]
        of_run = {"run_id": run_id}
        self.ask("runs/log-parameter", {**of_run, "key": "C", "value": "1.0"})
        for key, value in metrics.items():
            self.ask("runs/log-metric", {**of_run, "key": key, "value": value, "timestamp": 1})
        dataset = {
            "name": "features.credit", "digest": "438bb48e", "source_type": "local",
            "source": '{"uri": "/data/train.parquet"}',
        }  # fmt: skip
        context = [{"key": "mlflow.data.context", "value": "training"}]
        self.ask("runs/log-inputs", {**of_run, "datasets": [{"tags": context, "dataset": dataset}]})
        return run_id


@contextmanager
def mlflow_server(folder: Path) -> Iterator[Mlflow]:
    """Give a server whose data lies in a folder; it is stopped behind the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = (
        PYTHON, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination", str(folder / "artifacts"), "--workers", "1",
    )  # fmt: skip
    key = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef").decode()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
        "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": key,
        "MLFLOW_WEBHOOK_CACHE_TTL": "0",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603
            arguments, env=environment, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
        try:
            found = Mlflow(f"http://127.0.0.1:{port}")
            _wait(found, server, folder)
            yield found
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _wait(found: Mlflow, server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{found.url}/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    said = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"MLflow does not start: {said[-2000:]}")
