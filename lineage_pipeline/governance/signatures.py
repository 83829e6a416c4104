"""Signatures of people under what they do, made by `ssh-keygen`: agents and hardware keys work.

Source: OpenSSH, ssh-keygen(1), `-Y sign`; PROTOCOL.sshsig.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.redaction import redact_text
from lineage_pipeline.formats.ssh.signatures import NAMESPACE, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROGRAM: Final = "ssh-keygen"
TIMEOUT_S: Final = 120
"""Time enough to type a passphrase or to touch a hardware key."""
_SHOWN: Final = 200
"""The characters of what the program says that an error repeats."""


def ssh_signer(
    key: Path, *, program: str = PROGRAM, timeout_s: float = TIMEOUT_S
) -> Callable[[bytes], str]:
    """Return what signs bytes with an SSH key, as `append_act` takes it.

    Args:
        key: the file of the private key; of the public one, if an agent holds the private one.
        program: what is run to sign.
        timeout_s: how long it may take, in seconds.

    Raises:
        ConfigError: there is no such file.
    """
    try:
        is_file = key.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        raise ConfigError(
            f"--sign-key {_shown(str(key))}: no such file; name that of your SSH key, such as "
            f"~/.ssh/id_ed25519, or its .pub if an agent holds the key"
        )

    def sign(data: bytes) -> str:
        signature = _output(
            key, (program, "-Y", "sign", "-f", str(key), "-n", NAMESPACE), data, timeout_s
        )
        found = judge(signature, data)
        if found.status != "valid":
            raise ConfigError(
                f"{key}: what {program} signs with it cannot be checked: {found.reason}; sign with "
                f"an Ed25519, ECDSA or RSA key"
            )
        return signature

    return sign


def _output(key: Path, command: tuple[str, ...], data: bytes, timeout_s: float) -> str:
    """Return what the program prints, which is a signature; errors repeat nothing secret."""
    try:
        done = subprocess.run(  # noqa: S603 - the command's parts are handed over one by one
            command, input=data, capture_output=True, timeout=timeout_s, check=False
        )
    except FileNotFoundError as error:
        raise ConfigError(
            f"{command[0]}: is not installed, and signs with SSH keys; install OpenSSH 8.1 or later"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ConfigError(
            f"{key}: {command[0]} has not signed within {timeout_s:g} seconds; unlock the key with "
            f"ssh-add, or touch it when it blinks"
        ) from error
    if done.returncode:
        said = _shown(done.stderr.decode(errors="replace"))
        raise ConfigError(
            f"{key}: {command[0]} cannot sign with it: {said}; see whether `ssh-keygen -y -f` "
            f"reads it"
        )
    return done.stdout.decode(errors="replace")


def _shown(text: str) -> str:
    """Return a text as one short line without what may be a secret."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return redact_text(line)[:_SHOWN]
