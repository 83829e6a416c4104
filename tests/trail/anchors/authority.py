"""A timestamp authority made with openssl: a root, a certificate for it to sign with, a server."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONFIG = """
[tsa]
default_tsa = authority
[authority]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = {
    "root": "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign",
    "tsa": "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature",
}


class Authority:
    """What stamps, and what its answers are made of."""

    def __init__(self, folder: Path) -> None:
        """Make keys and certificates in a folder."""
        self.folder = folder
        self.root = folder / "root.pem"
        self.reply: Callable[[bytes], tuple[int, str, bytes]] = self.stamped
        self.requests: list[tuple[dict[str, str], bytes]] = []
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        self._certify("root", None)
        self._certify("tsa", "root")

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/tsr"

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer inside the block."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                authority.requests.append((dict(self.headers), data))
                code, kind, answer = authority.reply(data)
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                if code in (301, 302, 303, 307):
                    self.send_header("Location", authority.url)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: object) -> None:
                """Print nothing."""

        self.reply = self.stamped
        self.requests.clear()
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def stamped(self, request: bytes) -> tuple[int, str, bytes]:
        """Return what openssl answers."""
        (self.folder / "query").write_bytes(request)
        openssl(
            self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query",
            "-out", "answer",
        )  # fmt: skip
        return 200, "application/timestamp-reply", (self.folder / "answer").read_bytes()

    def stamp_of(self, message: bytes, *options: str) -> bytes:
        """Return the answer to a request of openssl's own for a message."""
        (self.folder / "message").write_bytes(message)
        openssl(
            self.folder, "ts", "-query", "-data", "message", "-sha256", "-cert", "-out", "asked",
            *options,
        )  # fmt: skip
        return self.stamped((self.folder / "asked").read_bytes())[2]

    def _certify(self, name: str, issuer: str | None) -> None:
        openssl(
            self.folder, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", f"/CN=test {name} {self.folder.name}", "-keyout", f"{name}.key",
            "-out", f"{name}.csr",
        )  # fmt: skip
        (self.folder / f"{name}.ext").write_text(EXTENSIONS[name])
        signer = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial"]
        openssl(
            self.folder, "x509", "-req", "-in", f"{name}.csr", "-days", "30", "-extfile",
            f"{name}.ext", "-out", f"{name}.pem",
            *(signer if issuer else ["-signkey", f"{name}.key"]),
        )  # fmt: skip


def openssl(folder: Path, *arguments: str) -> str:
    """Return what openssl prints."""
    done = subprocess.run(  # noqa: S603
        ["openssl", *arguments], cwd=folder, check=True, capture_output=True, text=True  # noqa: S607
    )  # fmt: skip
    return done.stdout + done.stderr
