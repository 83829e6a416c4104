"""The bytes of a card, and its digests: JSON with sorted keys and one way to write a number.

Whoever has the file checks its digest with `sha256sum` alone.

Source: RFC 8785, JSON Canonicalization Scheme.
"""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import msgspec

from lineage_pipeline.cards.card import Card
from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.trail.canonical import in_order

_UNFROZEN: Final = ("history", "ancestry", "origins", "cut")
"""What goes on, or is learned, after a version was submitted: no submission freezes it."""
_REFERENCE: Final = "evidence_ref"
"""Where a value stands; a registry that is asked again gives the same in another document."""
_PLAIN_FROM: Final = -7
_PLAIN_TO: Final = 21
"""Decimal exponents between which ECMAScript writes a number without one."""


def card_bytes(card: Card) -> bytes:
    """Return a card as canonical JSON, without a line end behind it."""
    return encoded(msgspec.to_builtins(card)).encode()


def card_digest(card: Card) -> str:
    """Return the SHA-256 of a card's bytes, as hex."""
    return sha256(card_bytes(card)).hexdigest()


def frozen_digest(card: Card) -> str:
    """Return the SHA-256 of what a submission freezes of a card, as hex.

    Approvals, deployments, incidents, what lineage learns later, measurements that nobody wrote of,
    and where evidence stands leave it as it is; whatever is approved does not.
    """
    content = msgspec.to_builtins(card)
    content["evaluation"] = [each for each in content["evaluation"] if each["is_written"]]
    for key in _UNFROZEN:
        del content[key]
    for each in (*content["training_data"], *content["evaluation"]):
        del each[_REFERENCE]
    return sha256(encoded(content).encode()).hexdigest()


def read_card(data: bytes) -> Card:
    """Return the card that canonical bytes hold.

    Raises:
        IntegrityError: they are no card, or one in another form than the one it was made in.
    """
    try:
        card = msgspec.json.decode(data, type=Card)
    except msgspec.DecodeError as error:
        raise IntegrityError(f"this is no model card: {error}") from error
    if card_bytes(card) != data:
        raise IntegrityError("this is a model card in another form than the one it was made in")
    return card


def encoded(value: Any) -> str:
    """Return a value of plain types as canonical JSON."""
    if isinstance(value, dict):
        pairs = (f"{_text(key)}:{encoded(value[key])}" for key in in_order(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(encoded, value)) + "]"
    if isinstance(value, float):
        return number_text(value)
    return _text(value)


def number_text(value: float) -> str:
    """Return a number as ECMAScript writes it: the shortest digits that mean it.

    Raises:
        ConfigError: it is none that JSON knows.
    """
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not isinstance(exponent, int):
        raise ConfigError(f"{value!r}: JSON has no such number")
    if not any(digits):
        return "0"
    text = "".join(map(str, digits))
    point = len(text) + exponent
    if _PLAIN_FROM < point - 1 < _PLAIN_TO:
        made = _plain(text, point)
    else:
        mantissa = text[0] + ("." + text[1:] if text[1:] else "")
        made = f"{mantissa}e{point - 1:+d}"
    return "-" + made if sign else made


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
