"""Plain HTTP: http and https alone, no redirection, answers of bounded length and duration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

_CHUNK_BYTES: Final = 1 << 16


class TooLongError(Exception):
    """An answer of more bytes than it may have."""


class TooSlowError(Exception):
    """An answer that took longer than it may."""


def opener() -> OpenerDirector:
    """Return what opens http and https alone, certificates verified, and is sent nowhere else.

    A redirection that was followed would carry credentials to where nobody meant them to go.
    """
    made = OpenerDirector()
    for handler in (
        ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):  # fmt: skip
        made.add_handler(handler)
    return made


def received(
    answer: HTTPResponse, max_bytes: int, within_s: float, clock: Callable[[], float]
) -> bytes:
    """Return the body of an answer.

    Args:
        answer: what a server answers.
        max_bytes: how long it may be.
        within_s: how many seconds it may take from now on.
        clock: seconds that only grow.

    Raises:
        TooLongError: it is longer.
        TooSlowError: it takes longer.
    """
    end = clock() + within_s
    held = bytearray()
    while chunk := answer.read1(_CHUNK_BYTES):
        held += chunk
        if len(held) > max_bytes:
            raise TooLongError
        if clock() > end:
            raise TooSlowError
    return bytes(held)
