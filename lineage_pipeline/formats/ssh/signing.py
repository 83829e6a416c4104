"""Signatures of SSH made with a key that is no file of SSH's, such as that of the log.

Source: OpenSSH, PROTOCOL.sshsig; RFC 8709 for Ed25519.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.ssh.signatures import NAMESPACE
from lineage_pipeline.formats.ssh.wire import text_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

_KIND: Final = b"ssh-ed25519"
_MAGIC: Final = b"SSHSIG"
_HASH: Final = b"sha512"
_LINE: Final = 70


def public_line(public: bytes) -> str:
    """Return an Ed25519 key of 32 bytes as the line of a `.pub` file, without a comment."""
    return f"{_KIND.decode()} {base64.b64encode(_blob(public)).decode()}"


def signed(public: bytes, sign: Callable[[bytes], bytes], message: bytes) -> str:
    """Return a signature in armor, which `ssh-keygen -Y verify` takes.

    Args:
        public: the key that signs, 32 bytes.
        sign: returns its 64 bytes for a text.
        message: what is signed.
    """
    namespace, digest = NAMESPACE.encode(), hashlib.sha512(message).digest()
    fields = (namespace, b"", _HASH, digest)
    value = sign(_MAGIC + b"".join(map(text_bytes, fields)))
    inner = text_bytes(_KIND) + text_bytes(value)
    parts = (_blob(public), namespace, b"", _HASH, inner)
    outer = _MAGIC + (1).to_bytes(4, "big") + b"".join(map(text_bytes, parts))
    text = base64.b64encode(outer).decode()
    lines = "\n".join(text[start : start + _LINE] for start in range(0, len(text), _LINE))
    return f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n"


def _blob(public: bytes) -> bytes:
    return text_bytes(_KIND) + text_bytes(public)
