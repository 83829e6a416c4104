"""Timestamps after RFC 3161: asked for, and believed only if a trusted root stands behind them."""

from __future__ import annotations

import re
import warnings
from textwrap import shorten
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import AnchorError, ProofError
from lineage_pipeline.trail.anchors.der import certificates_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_GRANTED: Final = 0
_REASON_LENGTH: Final = 100
_IN_STACK: Final = re.compile(r'(?:reason: "|data: "Verify error: )([^"]+)"')


class Asked(NamedTuple):
    """A request: its bytes, and the number that its answer must repeat."""

    data: bytes
    nonce: int


def ask(message: bytes) -> Asked:
    """Return a request for a timestamp of a message, of which it holds the SHA-256 alone.

    Raises:
        AnchorError: the extra is not installed.
    """
    _require_extra()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request: TimeStampRequest = (
        TimestampRequestBuilder()
        .data(message)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    if request.nonce is None:
        raise AnchorError("a request without a nonce was made; nothing was asked")
    return Asked(request.as_bytes(), request.nonce)


def stamped_at(
    answer: bytes, message: bytes, roots: Sequence[Certificate], nonce: int | None = None
) -> datetime:
    """Return when a message was there, as an authority's answer says and its signature shows.

    Args:
        answer: the authority's answer, as it was sent.
        message: the bytes that were stamped.
        roots: certificates of the roots that are trusted.
        nonce: that of the request, of an answer that has just been received.

    Raises:
        AnchorError: the extra is not installed.
        ProofError: it is no answer, or does not show it.
    """
    _require_extra()
    # The bytes are anybody's: whatever reading them raises or warns of, they show nothing then.
    try:
        with warnings.catch_warnings(action="ignore"):
            return _verified(answer, message, roots, nonce)
    except ProofError:
        raise
    except Exception as error:
        raise ProofError(f"the timestamp does not hold: {_reason(str(error))}") from error


def roots_in(file: Path) -> list[Certificate]:
    """Return the certificates in a file in PEM.

    Raises:
        AnchorError: it cannot be read, or holds none.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(file.read_bytes())
    except OSError as error:
        raise AnchorError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise AnchorError(f"{file}: holds no certificates in PEM: {error}") from error


def _verified(
    answer: bytes, message: bytes, roots: Sequence[Certificate], nonce: int | None
) -> datetime:
    from rfc3161_client import VerifierBuilder

    response = _decoded(answer)
    if response.status != _GRANTED:
        said = _reason(", ".join(response.status_string))
        raise ProofError(f"the authority refused, with status {response.status}: {said}")
    info = response.tst_info
    if info.message_imprint.hash_algorithm.dotted_string != _SHA256:
        raise ProofError("the timestamp is one of another digest than SHA-256")
    VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(response, message)
    return info.gen_time


def _decoded(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(certificates_in_order(answer))
    except ValueError as error:
        raise ProofError("is no answer of a timestamp authority") from error


def _reason(said: str) -> str:
    """Return in one short line why something was refused; of OpenSSL's stack what it ends with."""
    stack = _IN_STACK.findall(said)
    return shorten(stack[-1] if stack else said, _REASON_LENGTH, placeholder=" …")


def _require_extra() -> None:
    try:
        import rfc3161_client  # noqa: F401
    except ImportError as error:
        raise AnchorError(
            "timestamps need rfc3161-client; install it with "
            "`pip install 'lineage-pipeline[timestamps]'`"
        ) from error
