"""A bucket to test with: how it is reached, filled, and cut off."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lineage_pipeline.landing import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from mypy_boto3_s3 import S3Client

BUCKET = "logs"
SECRET = "hunter2"  # noqa: S105 - what must not be shown


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Yield host and port of a store of objects, which stops at the end."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()
    finally:
        server.stop()


def point_to(monkeypatch: pytest.MonkeyPatch, host: str, port: int) -> None:
    """Let the AWS environment name this endpoint, and nothing else be known of AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    forget_client()


def forget_client() -> None:
    """Let the next object be asked for by a new client, as in a new process."""
    if objects._client.cache_info().currsize:
        objects._client(os.getpid()).close()
    objects._client.cache_clear()


def put(store: S3Client, *keys: str, content: bytes = b"{}") -> None:
    for key in keys:
        store.put_object(Bucket=BUCKET, Key=key, Body=content)


class Proxy:
    """Passes connections on to a server, until a script says that they break."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.breaks: list[int] = []
        self.requests: list[bytes] = []
        self.address: tuple[str, int] = self._listener.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        """Serve one request; cut its answer behind so many bytes of body if the script says so."""
        with client, socket.create_connection(self._server) as server:
            request = b""
            while b"\r\n\r\n" not in request and (chunk := client.recv(65536)):
                request += chunk
            if not request:
                return
            self.requests.append(request)
            server.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b"".join(iter(lambda: server.recv(65536), b""))
            head, _, body = answer.partition(b"\r\n\r\n")
            if self.breaks and request.startswith(b"GET"):
                body = body[: self.breaks.pop(0)]
            client.sendall(head + b"\r\n\r\n" + body)
