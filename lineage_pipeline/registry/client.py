"""Questions to a server over HTTP: asked again when it stumbles, answered within limits."""

from __future__ import annotations

import math
from http.client import HTTPException
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

import msgspec

from lineage_pipeline import plain_http
from lineage_pipeline.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from http.client import HTTPResponse

ATTEMPTS: Final = 5
"""How often a question is asked that is not answered."""
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
SILENCE_S: Final = 60
"""How long a connection may be silent."""
ANSWER_S: Final = 300
"""How long an answer may take."""
_TRANSIENT: Final = frozenset({429, 500, 502, 503, 504})
_REMEDIES: Final = {
    401: "name the variables of its credentials in lineage.toml, or correct what they hold",
    403: "the account must be allowed to read everything",
    404: "check the address; MLflow 3 and later answer there",
}


class AnswerTooLargeError(RegistryError):
    """An answer that is longer than what may be kept."""


class Limits(NamedTuple):
    """What a client is given.

    Attributes:
        max_bytes: how long an answer may be.
        clock: seconds that only grow.
        sleep: what waits for so many seconds.
    """

    max_bytes: int
    clock: Callable[[], float]
    sleep: Callable[[float], None]


class _TransientError(Exception):
    """No answer, though the same question may be answered soon: after so many seconds."""

    def __init__(self, said: str, pause_s: float = 0.0) -> None:
        super().__init__(said)
        self.pause_s = pause_s


class Client:
    """Asks one server."""

    def __init__(self, url: str, authorization: str | None, limits: Limits) -> None:
        """Ask below `url`, with this header if there is one.

        No redirection is followed: it would carry the header elsewhere.
        """
        self._url = url.rstrip("/")
        self._headers = {"Accept": "application/json", "User-Agent": "lineage-pipeline"}
        if authorization is not None:
            self._headers["Authorization"] = authorization
        self._limits = limits
        self._opener = plain_http.opener()

    def get(self, path: str, query: Mapping[str, str | int | Sequence[str]]) -> bytes:
        """Return the answer to a question that stands in an address.

        Raises:
            RegistryError: there is none.
        """
        return self._ask(path, Request(f"{self._url}/{path}?{urlencode(query, doseq=True)}"))  # noqa: S310 - the settings take http only

    def post(self, path: str, body: object) -> bytes:
        """Return the answer to a question that is sent as JSON; asking must change nothing.

        Raises:
            RegistryError: there is none.
        """
        asked = Request(f"{self._url}/{path}", msgspec.json.encode(body), method="POST")  # noqa: S310 - the settings take http only
        asked.add_header("Content-Type", "application/json")
        return self._ask(path, asked)

    def _ask(self, path: str, asked: Request) -> bytes:
        for name, value in self._headers.items():
            asked.add_header(name, value)
        last = ""
        for attempt in range(ATTEMPTS):
            try:
                return self._once(path, asked)
            except _TransientError as error:
                last = str(error)
                pause_s = max(FIRST_PAUSE_S * 2**attempt, error.pause_s)
            if attempt + 1 < ATTEMPTS:
                self._limits.sleep(min(pause_s, LONGEST_PAUSE_S))
        raise self._refusal(path, f"{last}, {ATTEMPTS} times; look whether it runs")

    def _once(self, path: str, asked: Request) -> bytes:
        try:
            with self._opener.open(asked, timeout=SILENCE_S) as answer:
                return self._received(path, answer)
        except HTTPError as error:
            error.close()
            said = f"answers {error.code}"
            if error.code in _TRANSIENT:
                raise _TransientError(said, _pause_s(error.headers.get("Retry-After"))) from None
            remedy = _REMEDIES.get(error.code, "check the address and the server's log")
            raise self._refusal(path, f"{said}; {remedy}") from None
        except (HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, SSLCertVerificationError):
                remedy = "correct it, or trust its authority with SSL_CERT_FILE"
                said = f"its certificate does not hold: {reason.verify_message}; {remedy}"
                raise self._refusal(path, said) from None
            # What a library says of a request may quote it, its headers included.
            said = getattr(reason, "strerror", None) or type(reason).__name__
            raise _TransientError(f"cannot be reached: {said}") from None

    def _received(self, path: str, answer: HTTPResponse) -> bytes:
        most = self._limits.max_bytes
        try:
            held = plain_http.received(answer, most, ANSWER_S, self._limits.clock)
        except plain_http.TooLongError:
            remedy = "raise scan.max_record_bytes in lineage.toml"
            said = f"{self._url}/{path}: answers with more than {most} bytes; {remedy}"
            raise AnswerTooLargeError(said) from None
        except plain_http.TooSlowError:
            raise _TransientError(f"answers for longer than {ANSWER_S} s") from None
        if answer.length:
            raise _TransientError("breaks off in the middle of an answer")
        return held

    def _refusal(self, path: str, said: str) -> RegistryError:
        return RegistryError(f"{self._url}/{path}: {said}")


def _pause_s(asked_for: str | None) -> float:
    """Return the seconds that `Retry-After` asks for; 0 if it names none or a date."""
    try:
        pause_s = float(asked_for or 0)
    except ValueError:
        return 0.0
    return pause_s if math.isfinite(pause_s) else LONGEST_PAUSE_S
