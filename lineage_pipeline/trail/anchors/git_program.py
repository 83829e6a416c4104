"""The program git, run with nothing of its user's: no configuration, no hooks, no questions."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import AnchorError
from lineage_pipeline.trail.anchors.anchor import redacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TIMEOUT_S: Final = 120

_PASSED_ON: Final = (
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
)  # fmt: skip
"""Variables that say how hosts are reached; all others, such as GIT_DIR, are left out."""

_OURS: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "LC_ALL": "C",
}
_OPTIONS: Final = (
    "-c", f"core.hooksPath={os.devnull}", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
    "-c", "protocol.version=2",
)  # fmt: skip


class GitError(AnchorError):
    """A command of git that failed.

    Attributes:
        output: what it printed, without the secrets.
    """

    def __init__(self, said: str, output: str) -> None:
        """Keep what it printed."""
        self.output = output
        super().__init__(said)


class Git:
    """Runs git on one repository."""

    def __init__(self, repository: Path, folder: Path, secrets: Sequence[str]) -> None:
        """Run it on a bare repository.

        Args:
            repository: where that lies, or is made.
            folder: relative remotes are found from here.
            secrets: what no message may hold.
        """
        self._start = ("git", *_OPTIONS, f"--git-dir={repository}")
        self._folder = folder
        self._secrets = secrets

    def run(
        self, *arguments: str, data: bytes = b"", environ: Mapping[str, str] | None = None
    ) -> bytes:
        """Return what a command of git prints.

        Args:
            arguments: the command.
            data: what it is given to read.
            environ: further variables.

        Raises:
            GitError: it failed.
            AnchorError: there is no git, or it took too long.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell, and remotes stand behind `--`
                [*self._start, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder,
                env=environment() | dict(environ or {}),
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise AnchorError("git is not installed; install the package `git`") from error
        try:
            out, err = process.communicate(data, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise AnchorError(f"git {arguments[0]}: no answer within {TIMEOUT_S} s") from error
        finally:
            _end(process)
        if process.returncode:
            printed = redacted((out + b"\n" + err).decode(errors="replace"), self._secrets)
            said = redacted(_last_line(err.decode(errors="replace")), self._secrets)
            raise GitError(f"git {arguments[0]}: {said or printed or process.returncode}", printed)
        return out


def environment() -> dict[str, str]:
    """Return the variables that git is given."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # Without a terminal ssh would ask for a password in a window.
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20"} | kept | _OURS


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and those that it has started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _last_line(text: str) -> str:
    """Return the line in which git says what is the matter: the first fatal one, else the last."""
    lines = [line for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or [""])[0 if fatal else -1]
