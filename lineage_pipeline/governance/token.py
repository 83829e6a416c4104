"""A token that a deployer checks without us: a decision to deploy, as a signed JWT.

Source: RFC 7519 (JWT), RFC 8037 (EdDSA), RFC 8725 (what to refuse). It is signed with the key of
the workspace's log. What that key signs otherwise, notes and intents, holds line breaks, and what
is signed of a JWT holds none: neither can be taken for the other.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from jwt.algorithms import OKPAlgorithm
from jwt.api_jws import PyJWS

from lineage_pipeline.errors import ConfigError, IntegrityError, SigningKeyError, TokenError
from lineage_pipeline.governance.decision import Verdict, verdict_of
from lineage_pipeline.trail.keys import key_name

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.governance.decision import Circumstances, Decision
    from lineage_pipeline.trail.notes import Signer, VerifierKey

TYPE: Final = "lineage-deploy+jwt"
"""What the header calls it, so that no other token of the same key can stand for it."""
MAX_TOKEN_BYTES: Final = 8192
LIFETIME: Final = timedelta(hours=24)
MAX_LIFETIME: Final = timedelta(days=7)
LEEWAY: Final = timedelta(seconds=60)
"""By how much two clocks may differ."""
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_SECOND: Final = 1_000_000
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says.

    Attributes:
        iss: whose log's key has signed it: the log's origin.
        sub: the version that may be deployed, as a node.
        aud: the environment that it may be deployed to.
        artifact_sha256: of the model that may be deployed.
        decision: the SHA-256 of the decision's bytes.
        policy_sha256: the policy that was applied.
        break_glass: the act that lets it pass in spite of its gates; None if they let it pass.
        would_be: the verdict if the tier were enforced: another one than `deploy` or
            `break_glass` only while it is observed.
        iat: when it was decided, in seconds since 1970.
        nbf: from when on it holds.
        exp: when it holds no more.
        jti: the token's own name, the same for the same decision, circumstances and expiry.
    """

    iss: str
    sub: str
    aud: str
    artifact_sha256: str
    decision: str
    policy_sha256: str
    break_glass: str | None
    would_be: Verdict
    iat: int
    nbf: int
    exp: int
    jti: str


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    """The header, its keys in the order in which they are written."""

    alg: Literal["EdDSA"] = "EdDSA"
    kid: str
    typ: str = TYPE


class _BySigner(OKPAlgorithm):
    """PyJWT's EdDSA, which takes whatever signs bytes as its key."""

    def prepare_key(self, key: Any) -> Any:
        return key


def issue_token(
    decision: Decision,
    circumstances: Circumstances,
    signer: Signer,
    *,
    until: int | None,
    lifetime: timedelta = LIFETIME,
) -> str:
    """Return a token for a decision to deploy; the same input gives the same token.

    Args:
        decision: what was decided.
        circumstances: when it was, and as of when.
        signer: the key of the workspace's log.
        until: when the first approval, waiver or break-glass act that it rests on ends, in
            microseconds since 1970; the token ends no later. None if none of them ends.
        lifetime: for how long a judgement holds, from the instant that it was made as of.

    Raises:
        ConfigError: it is no decision to deploy, its artifact has no digest, it was judged too
            long ago or as of later than it was decided, its names are too long, or `lifetime` is
            out of bounds.
        IntegrityError: its verdict is not what its gates say.
        SigningKeyError: the signature does not hold under the signer's own key.
    """
    _require_deployable(decision)
    if not timedelta() < lifetime <= MAX_LIFETIME:
        raise ConfigError(f"a token lives longer than nothing and at most {MAX_LIFETIME.days} days")
    ends = circumstances.as_of + round(lifetime.total_seconds() * _SECOND)
    expires = (ends if until is None else min(ends, until)) // _SECOND
    begins = circumstances.decided_at // _SECOND
    if circumstances.as_of > circumstances.decided_at + LEEWAY.seconds * _SECOND:
        raise ConfigError("this decision was judged as of a time to come; decide as of now")
    if expires <= begins:
        raise ConfigError("what this decision rests on has ended since; decide as of now")
    named = (decision.decision_id, circumstances, expires)
    claims = Claims(
        iss=signer.key.name,
        sub=decision.version_node_id,
        aud=decision.environment,
        artifact_sha256=decision.artifact_sha256,
        decision=decision.decision_id,
        policy_sha256=decision.policy_sha256,
        break_glass=decision.break_glass if decision.verdict == "break_glass" else None,
        would_be=decision.would_be,
        iat=begins,
        nbf=begins,
        exp=expires,
        jti=sha256(msgspec.json.encode(named)).hexdigest()[:32],
    )
    return _signed(msgspec.json.encode(claims), signer)


def check_token(
    token: str,
    key: VerifierKey,
    *,
    environment: str,
    artifact: Path | str,
    now: datetime,
    leeway: timedelta = LEEWAY,
) -> Claims:
    """Return what a token says if it lets this artifact go into this environment now.

    Args:
        token: the token, without spaces around it.
        key: the one that is trusted, handed over on another way than the token.
        environment: where the artifact is about to be deployed.
        artifact: its file, or its SHA-256 as hex.
        now: with its time zone.
        leeway: by how much the issuer's clock and this one may differ.

    Raises:
        ConfigError: `artifact` is neither a file nor a SHA-256.
        TokenError: it does not let it go.
    """
    claims = _opened(token, key)
    digest = _digest(artifact)
    seconds, grace = now.timestamp(), leeway.total_seconds()
    refusals = (
        (claims.iss != key.name, f"was issued by {claims.iss!r}, not by {key.name!r}"),
        (claims.aud != environment, f"is for {claims.aud!r}, not for {environment!r}"),
        (claims.artifact_sha256 != digest, f"is for {claims.artifact_sha256!r}, not for {digest}"),
        (seconds + grace < claims.nbf, f"does not hold before {claims.nbf}"),
        (seconds - grace >= claims.exp, f"held until {claims.exp}; ask the gate again"),
    )
    for is_so, why in refusals:
        if is_so:
            raise TokenError(f"the token {why}")
    return claims


def _require_deployable(decision: Decision) -> None:
    has_act = decision.break_glass is not None
    from_gates = verdict_of(decision.gates, has_break_glass=has_act)
    is_enforced = decision.mode == "enforcing"
    if from_gates != decision.would_be or (is_enforced and decision.verdict != from_gates):
        raise IntegrityError(
            f"this decision says {decision.verdict}, and its gates say {from_gates}; no token is "
            f"made of it"
        )
    if decision.verdict not in ("deploy", "break_glass"):
        raise ConfigError(f"the verdict is {decision.verdict}: there is nothing to make a token of")
    if not _SHA256.fullmatch(decision.artifact_sha256):
        raise ConfigError(
            "nobody has registered the SHA-256 of the artifact, so that a deployer could not tell "
            "it from another; register it, then decide again"
        )


def _signed(payload: bytes, signer: Signer) -> str:
    jws = PyJWS(algorithms=[])
    jws.register_algorithm("EdDSA", _BySigner())
    headers = {"typ": TYPE, "kid": key_name(signer.key)}
    by_signer: Any = signer
    token = jws.encode(payload, by_signer, algorithm="EdDSA", headers=headers)
    text, _, signature = token.rpartition(".")
    if not signer.key.has_signed(text.encode(), _from_base64url(signature) or b""):
        raise SigningKeyError(
            f"{signer.key.encoded}: made a signature that does not hold under this key; no token "
            f"was issued. Check which key the signer uses"
        )
    if len(token) > MAX_TOKEN_BYTES:
        raise ConfigError(f"the names in this decision make a token of {len(token)} bytes")
    return token


def _opened(token: str, key: VerifierKey) -> Claims:
    """Return what a token says, if `key` has signed exactly this text.

    Raises:
        TokenError: it has not, or it is no token.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenError(f"the token is longer than {MAX_TOKEN_BYTES} bytes")
    parts = [_from_base64url(part) for part in token.split(".")]
    if len(parts) != 3 or None in parts:  # noqa: PLR2004 - header, claims, signature
        raise TokenError("this is no token: not three parts in base64url, parted by dots")
    header, payload, signature = (part or b"" for part in parts)
    _require_header(header, key)
    if not key.has_signed(token.rpartition(".")[0].encode(), signature):
        raise TokenError(f"the token was altered, or {key_name(key)} has not signed it")
    try:
        return msgspec.json.decode(payload, type=Claims)
    except _UNREADABLE as error:
        raise TokenError(f"the token lacks what it must say: {error}") from error


def _require_header(header: bytes, key: VerifierKey) -> None:
    """Return if the header is the one and only that tokens of `key` have."""
    if header == msgspec.json.encode(_Header(kid=key_name(key))):
        return
    try:
        kid = msgspec.json.decode(header, type=_Header).kid
    except _UNREADABLE as error:
        raise TokenError(f"the token's header is not ours: {error}") from error
    if kid != key_name(key):
        raise TokenError(f"the token names the key {kid!r}, and {key_name(key)} is trusted")
    raise TokenError("the token's header says more, or other things, than ours do")


def _from_base64url(text: str) -> bytes | None:
    """Return what a text encodes; None if it is not the one encoding of anything."""
    try:
        data = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if base64.urlsafe_b64encode(data).rstrip(b"=") == text.encode() else None


def _digest(artifact: Path | str) -> str:
    if isinstance(artifact, Path):
        try:
            with artifact.open("rb") as data:
                return file_digest(data, "sha256").hexdigest()
        except OSError as error:
            raise ConfigError(f"{artifact}: cannot be read as one file: {error}") from error
    if not _SHA256.fullmatch(artifact):
        raise ConfigError(f"{artifact!r}: not a SHA-256 as 64 lower-case hexadecimal digits")
    return artifact
