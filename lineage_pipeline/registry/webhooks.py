"""Who sent a delivery, and when: MLflow's signature, Alertmanager's bearer token.

MLflow signs what it delivers, retries included, once: its identifier, the seconds since 1970 and
the bytes of the body, with a secret that it shares with the receiver.

Source: MLflow 3.17 webhooks, after Standard Webhooks; Alertmanager 0.25 `http_config`.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

DELIVERY_ID: Final = "X-MLflow-Delivery-Id"
TIMESTAMP: Final = "X-MLflow-Timestamp"
SIGNATURE: Final = "X-MLflow-Signature"
TOLERANCE_S: Final = 300
"""How far a delivery's time may be from ours, either way."""

# No dot: `id.timestamp.body` must be readable in one way alone.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,11}")


class Response(NamedTuple):
    """What a sender is answered: a status of HTTP, and why. It holds no secret."""

    status: int
    reason: str


class Delivery(NamedTuple):
    """A delivery whose signature holds.

    Attributes:
        delivery_id: what its sender calls it.
        sent_at: when it was signed, in seconds since 1970.
        signature: the header, to be verified again by whoever holds the secret.
    """

    delivery_id: str
    sent_at: int
    signature: str


def verified(
    headers: Mapping[str, str], body: bytes, secret: bytes, now: datetime
) -> Delivery | Response:
    """Return a delivery of MLflow, or why it is refused.

    Args:
        headers: by their names in lower case.
        body: its bytes as they came.
        secret: what the sender shares with us.
        now: our time.
    """
    delivery_id, sent_at, signature = (
        headers.get(name.lower(), "") for name in (DELIVERY_ID, TIMESTAMP, SIGNATURE)
    )
    if not signature:
        return Response(401, "it is not signed; give the webhook a secret")
    if not _ID.fullmatch(delivery_id) or not _SECONDS.fullmatch(sent_at):
        return Response(401, "its identifier or its time is missing or malformed")
    expected = signature_of(secret, delivery_id, sent_at, body)
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        return Response(401, "its signature does not hold: another secret, or altered on the way")
    if abs(now.timestamp() - int(sent_at)) > TOLERANCE_S:
        return Response(403, f"it was signed more than {TOLERANCE_S} s from now; set the clocks")
    return Delivery(delivery_id, int(sent_at), signature)


def signature_of(secret: bytes, delivery_id: str, sent_at: str, body: bytes) -> str:
    """Return how MLflow signs a delivery."""
    signed = f"{delivery_id}.{sent_at}.".encode() + body
    return f"v1,{b64encode(hmac.digest(secret, signed, sha256)).decode('ascii')}"


def bears(headers: Mapping[str, str], token: str) -> bool:
    """Return whether a request bears this token."""
    kind, _, given = headers.get("authorization", "").partition(" ")
    # Digests are of one length, so that the time tells nothing of the token's.
    held, shown = (sha256(text.encode(errors="replace")).digest() for text in (token, given))
    return hmac.compare_digest(held, shown) and kind.lower() == "bearer"
