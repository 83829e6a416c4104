"""One request to an authority over HTTP: posted, answered within limits, or refused."""

from __future__ import annotations

import time
from base64 import b64encode
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import Request

from lineage_pipeline import plain_http
from lineage_pipeline.errors import AnchorError
from lineage_pipeline.settings.anchors import secrets_in, without_user
from lineage_pipeline.trail.anchors.anchor import redacted

if TYPE_CHECKING:
    from http.client import HTTPResponse

TIMEOUT_S: Final = 30
"""How long a connection may be silent, and an answer may take."""
MAX_BYTES: Final = 1 << 18


def post(url: str, data: bytes, kind: str, answer_kind: str) -> bytes:
    """Return the answer to what was posted.

    Args:
        url: http or https; a user and password before the host are sent as such.
        data: what is posted.
        kind: its media type.
        answer_kind: the media type that the answer must have.

    Raises:
        AnchorError: there is no answer of this type, or it is too long.
    """
    try:
        with plain_http.opener().open(_request(url, data, kind), timeout=TIMEOUT_S) as answer:
            found = answer.headers.get_content_type()
            if found != answer_kind:
                raise AnchorError(f"{without_user(url)}: answers with {found}, not {answer_kind}")
            return _received(answer, url)
    except HTTPError as error:
        error.close()
        raise AnchorError(f"{without_user(url)}: answers {error.code}, and not 200") from None
    except OSError as error:
        said = redacted(str(error), secrets_in(url))
        raise AnchorError(f"{without_user(url)}: cannot be reached: {said}") from None
    except (HTTPException, ValueError) as error:
        # What is wrong with an address may be a part of its password, which is not told.
        said = type(error).__name__
        raise AnchorError(f"{without_user(url)}: is no address, or no answer: {said}") from None


def _request(url: str, data: bytes, kind: str) -> Request:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    headers = {"Content-Type": kind}
    if at:
        token = b64encode(unquote(user).encode()).decode("ascii")
        headers["Authorization"] = f"Basic {token}"
    bare = urlunsplit(parts._replace(netloc=host))
    return Request(bare, data, headers, method="POST")  # noqa: S310 - the settings take http only


def _received(answer: HTTPResponse, url: str) -> bytes:
    try:
        return plain_http.received(answer, MAX_BYTES, TIMEOUT_S, time.monotonic)
    except plain_http.TooLongError:
        said = f"answers with more than {MAX_BYTES} bytes"
    except plain_http.TooSlowError:
        said = f"answers for longer than {TIMEOUT_S} s"
    raise AnchorError(f"{without_user(url)}: {said}")
