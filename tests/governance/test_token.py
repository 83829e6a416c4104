"""Deploy tokens: what is issued, and everything that a check must refuse."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.errors import (
    ConfigError,
    IntegrityError,
    NoteError,
    SigningKeyError,
    TokenError,
)
from lineage_pipeline.governance.decision import Circumstances
from lineage_pipeline.governance.token import (
    MAX_TOKEN_BYTES,
    TYPE,
    Claims,
    check_token,
    issue_token,
)
from lineage_pipeline.trail.keys import SecretKey, key_name
from lineage_pipeline.trail.notes import VerifierKey, open_note, sign_note
from tests.governance.outputs.decisions import (
    ASKED,
    CONSENT,
    DECIDED_AT,
    PERFORMANCE,
    REGISTERED,
    WAIVED,
    decided,
)

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.governance.decision import Decision

KEY = SecretKey("lineage/northwind-lending", bytes(range(32)))
OTHER = SecretKey("lineage/northwind-lending", bytes(range(1, 33)))
NOW = datetime.fromtimestamp(DECIDED_AT // 1_000_000, UTC)
ARTIFACT = "c" * 64
HOUR = 3_600_000_000


def token_of(decision: Decision | None = None, asked: Circumstances = ASKED, **values: Any) -> str:
    one = decision or decided(REGISTERED, WAIVED)
    return issue_token(one, asked, KEY, **{"until": None} | values)


def as_of(instant: int) -> Circumstances:
    return Circumstances(
        decided_at=DECIDED_AT, as_of=instant, known_at=0, requested_by="oscar@example.org"
    )


def checked(token: str, key: VerifierKey = KEY.key, **values: Any) -> Claims:
    expected = {"environment": "production", "artifact": ARTIFACT, "now": NOW} | values
    return check_token(token, key, **expected)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def forged(header: dict[str, Any], claims: dict[str, Any], key: SecretKey = KEY) -> str:
    """Return a token with this header and these claims that the key has signed."""
    text = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode())
                    for part in (header, claims))  # fmt: skip
    return f"{text}.{encoded(key.sign(text.encode()))}"


def header_of(token: str) -> dict[str, Any]:
    return jwt.get_unverified_header(token)


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_token_says_what_may_go_where_until_when() -> None:
    decision = decided(REGISTERED, WAIVED)
    token = token_of(decision)
    claims = checked(token)
    seconds = DECIDED_AT // 1_000_000
    assert claims == Claims(
        iss="lineage/northwind-lending",
        sub="modelVersion:mlflow://mlflow.example.org:credit-risk:4",
        aud="production",
        artifact_sha256=ARTIFACT,
        decision=decision.decision_id,
        policy_sha256="e" * 64,
        break_glass=None,
        would_be="deploy",
        iat=seconds,
        nbf=seconds,
        exp=seconds + 24 * 3600,
        jti=claims.jti,
    )
    assert header_of(token) == {"alg": "EdDSA", "kid": key_name(KEY.key), "typ": TYPE}


def test_the_same_decision_gives_the_same_token_and_another_one_another() -> None:
    assert token_of() == token_of()
    names = {
        checked(token_of()).jti,
        checked(token_of(lifetime=timedelta(hours=1))).jti,
        checked(token_of(decided(REGISTERED))).jti,
    }
    assert len(names) == 3


def test_a_break_glass_token_names_its_act() -> None:
    claims = checked(token_of(decided(PERFORMANCE, break_glass="act:glass-3")))
    assert (claims.break_glass, claims.would_be) == ("act:glass-3", "break_glass")


def test_an_act_that_was_not_needed_is_not_named() -> None:
    assert checked(token_of(decided(REGISTERED, break_glass="act:glass-3"))).break_glass is None


def test_a_token_of_an_observed_tier_says_what_would_have_been() -> None:
    assert checked(token_of(decided(PERFORMANCE, mode="observing"))).would_be == "deny"


@pytest.mark.parametrize("decision", [decided(PERFORMANCE), decided(CONSENT)])
def test_no_token_is_made_of_a_denial(decision: Decision) -> None:
    with pytest.raises(ConfigError, match="nothing to make a token of"):
        token_of(decision)


@pytest.mark.parametrize(
    "decision",
    [
        decided(PERFORMANCE, verdict="deploy", would_be="deploy"),
        decided(PERFORMANCE, verdict="deploy"),
        decided(PERFORMANCE, mode="observing", would_be="deploy"),
        decided(PERFORMANCE, verdict="break_glass", would_be="break_glass"),
    ],
)
def test_no_token_is_made_of_a_verdict_that_its_gates_contradict(decision: Decision) -> None:
    with pytest.raises(IntegrityError, match="its gates say deny"):
        token_of(decision)


@pytest.mark.parametrize("digest", ["", "c" * 63, "C" * 64])
def test_no_token_is_made_for_an_artifact_without_a_digest(digest: str) -> None:
    with pytest.raises(ConfigError, match="registered the SHA-256"):
        token_of(decided(REGISTERED, artifact_sha256=digest))


@pytest.mark.parametrize("lifetime", [timedelta(), timedelta(hours=-1), timedelta(days=8)])
def test_a_lifetime_has_bounds(lifetime: timedelta) -> None:
    with pytest.raises(ConfigError, match="at most 7 days"):
        token_of(lifetime=lifetime)


def test_a_token_ends_with_what_it_rests_on() -> None:
    claims = checked(token_of(until=DECIDED_AT + HOUR))
    assert claims.exp - claims.iat == 3600
    assert checked(token_of(until=DECIDED_AT + 100 * HOUR)) == checked(token_of())
    with pytest.raises(ConfigError, match="has ended since"):
        token_of(until=DECIDED_AT)


def test_a_token_ages_from_the_instant_of_the_judgement() -> None:
    """Who asks the gate as of last month gets no token that holds today."""
    claims = checked(token_of(asked=as_of(DECIDED_AT - HOUR)))
    assert claims.exp - claims.iat == 23 * 3600
    with pytest.raises(ConfigError, match="has ended since"):
        token_of(asked=as_of(DECIDED_AT - 24 * HOUR))
    with pytest.raises(ConfigError, match="a time to come"):
        token_of(asked=as_of(DECIDED_AT + HOUR))


class Elsewhere:
    """A key in a service: it signs bytes, and nobody sees it."""

    def __init__(self, seed: bytes, shown: SecretKey) -> None:
        self.key = shown.key
        self.asked: list[bytes] = []
        self._secret = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, text: bytes) -> bytes:
        self.asked.append(text)
        return self._secret.sign(text)


def test_a_key_that_lies_elsewhere_signs_the_same_token() -> None:
    signer = Elsewhere(KEY.seed, KEY)
    assert issue_token(decided(REGISTERED, WAIVED), ASKED, signer, until=None) == token_of()
    [asked] = signer.asked
    assert b"\n" not in asked


def test_a_signer_that_uses_another_key_than_it_says_issues_nothing() -> None:
    with pytest.raises(SigningKeyError, match="no token was issued"):
        issue_token(decided(REGISTERED), ASKED, Elsewhere(OTHER.seed, KEY), until=None)


def test_a_name_that_cannot_be_shown_in_a_token_of_bounded_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="names in this decision"):
        token_of(decided(REGISTERED, version_node_id="x" * MAX_TOKEN_BYTES))


def test_any_altered_byte_is_noticed() -> None:
    token = token_of().encode()
    for place in range(len(token)):
        for bit in range(8):
            wrong = bytearray(token)
            wrong[place] ^= 1 << bit
            with pytest.raises(TokenError):
                checked(wrong.decode("latin-1"))


def test_no_other_last_character_encodes_the_same_signature() -> None:
    token = token_of()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in letters:
        if letter != token[-1]:
            with pytest.raises(TokenError):
                checked(token[:-1] + letter)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token + "=",
        lambda token: token + "==",
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token + ".",
        lambda token: token + ".x",
        lambda token: token.replace(".", "..", 1),
        lambda token: token.rpartition(".")[0],
        lambda token: token.rpartition(".")[0] + ".",
        lambda _: "",
        lambda _: "..",
        lambda token: "\u00e9" + token,
        lambda token: token + "A" * MAX_TOKEN_BYTES,
    ],
)
def test_what_is_not_the_token_as_issued_is_refused(change: Any) -> None:
    with pytest.raises(TokenError):
        checked(change(token_of()))


@given(
    st.text() | st.lists(st.binary(max_size=40).map(encoded), min_size=3, max_size=3).map(".".join)
)
def test_no_other_text_is_a_token(text: str) -> None:
    with pytest.raises(TokenError):
        checked(text)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_header_and_no_claims_break_the_check(header: bytes, claims: bytes) -> None:
    """Not even signed ones."""
    ours = token_of().split(".")[0]
    for first in (encoded(header), ours):
        text = f"{first}.{encoded(claims)}"
        with pytest.raises(TokenError):
            checked(f"{text}.{encoded(KEY.sign(text.encode()))}")


def test_a_signed_token_that_is_too_long_is_refused_unread() -> None:
    long = claims_of(token_of()) | {"more": "x" * MAX_TOKEN_BYTES}
    with pytest.raises(TokenError, match="longer than 8192"):
        checked(forged(header_of(token_of()), long))


def test_what_is_not_encoded_as_it_must_be_is_no_token() -> None:
    for place in (0, 1, 2):
        parts = token_of().split(".")
        parts[place] += "*"
        with pytest.raises(TokenError, match="not three parts"):
            checked(".".join(parts))


def test_a_token_cut_anywhere_is_none() -> None:
    token = token_of()
    for end in range(len(token)):
        with pytest.raises(TokenError):
            checked(token[:end])


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_refused(alg: str) -> None:
    signed = forged(header_of(token_of()) | {"alg": alg}, claims_of(token_of()))
    for token in (signed, signed.rpartition(".")[0] + ".", signed.rpartition(".")[0]):
        with pytest.raises(TokenError):
            checked(token)


def test_a_header_that_nests_without_end_or_is_no_text_is_refused() -> None:
    _, claims, signature = token_of().split(".")
    for header in (b'{"x":' + b"[" * 5000, b'{"alg":"\xff"}', b"", b"null", b"[]"):
        with pytest.raises(TokenError):
            checked(f"{encoded(header)}.{claims}.{signature}")


@pytest.mark.parametrize(
    "secret", [KEY.key.public, KEY.key.encoded.encode(), base64.b64encode(KEY.key.public)]
)
def test_a_token_keyed_with_what_is_public_is_refused(secret: bytes) -> None:
    """Nobody signs with HMAC and the verifier key as its secret."""
    header = encoded(json.dumps(header_of(token_of()) | {"alg": "HS256"}).encode())
    text = f"{header}.{token_of().split('.')[1]}"
    mac = encoded(hmac.digest(secret, text.encode(), sha256))
    with pytest.raises(TokenError, match="header"):
        checked(f"{text}.{mac}")


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": "Ed448"},
        {"alg": None},
        {"typ": "JWT"},
        {"typ": None},
        {"kid": "lineage/else+00000000"},
        {"kid": "../../dev/null"},
        {"kid": 5},
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": encoded(OTHER.key.public)}},
        {"crit": ["exp"]},
        {"b64": False},
    ],
)
def test_a_header_that_says_anything_else_is_refused_though_it_is_signed(
    change: dict[str, Any],
) -> None:
    token = token_of()
    with pytest.raises(TokenError, match=r"header|names the key"):
        checked(forged(header_of(token) | change, claims_of(token)))


def test_the_key_that_a_token_brings_along_is_not_trusted() -> None:
    token = token_of()
    with pytest.raises(TokenError):
        checked(forged(header_of(token), claims_of(token), OTHER))


def test_another_key_is_refused_by_its_name_and_by_its_signature() -> None:
    foreign = issue_token(decided(REGISTERED), ASKED, OTHER, until=None)
    with pytest.raises(TokenError, match="names the key"):
        checked(foreign)
    assert checked(foreign, OTHER.key).decision == decided(REGISTERED).decision_id
    with pytest.raises(TokenError, match="has not signed it"):
        checked(forged(header_of(token_of()), claims_of(foreign), OTHER))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"environment": "staging"}, "is for 'production'"),
        ({"environment": "Production"}, "is for 'production'"),
        ({"artifact": "b" * 64}, "not for bbbb"),
        ({"now": NOW - timedelta(seconds=61)}, "does not hold before"),
        ({"now": NOW + timedelta(hours=24, seconds=60)}, "held until"),
        ({"now": NOW + timedelta(hours=24), "leeway": timedelta()}, "held until"),
        ({"now": NOW - timedelta(seconds=1), "leeway": timedelta()}, "does not hold before"),
    ],
)
def test_a_token_for_something_else_is_refused(values: dict[str, Any], why: str) -> None:
    with pytest.raises(TokenError, match=why):
        checked(token_of(), **values)


@pytest.mark.parametrize(
    "now",
    [
        NOW - timedelta(seconds=60),
        NOW + timedelta(hours=24, seconds=59),
    ],
)
def test_clocks_may_differ_by_the_leeway(now: datetime) -> None:
    assert checked(token_of(), now=now).aud == "production"


def test_a_log_signs_for_itself_alone() -> None:
    token = token_of()
    with pytest.raises(TokenError, match="was issued by"):
        checked(forged(header_of(token), claims_of(token) | {"iss": "lineage/else"}))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None}, {"exp": "never"}, {"exp": 1e400}, {"nbf": True}, {"aud": ["production"]},
        {"artifact_sha256": None}, {"would_be": "maybe"}, {"break_glass": 1},
    ],
)  # fmt: skip
def test_claims_of_another_kind_are_refused_though_they_are_signed(claims: dict[str, Any]) -> None:
    token = token_of()
    with pytest.raises(TokenError):
        checked(forged(header_of(token), claims_of(token) | claims))


@pytest.mark.parametrize("name", Claims.__struct_fields__)
def test_no_claim_may_be_missing(name: str) -> None:
    token = token_of()
    claims = {key: value for key, value in claims_of(token).items() if key != name}
    with pytest.raises(TokenError, match=name):
        checked(forged(header_of(token), claims))


def test_the_artifact_may_be_given_as_its_file(tmp_path: Path) -> None:
    file = tmp_path / "model.pkl"
    file.write_bytes(b"weights" * 100_000)
    digest = sha256(file.read_bytes()).hexdigest()
    token = token_of(decided(REGISTERED, artifact_sha256=digest))
    assert checked(token, artifact=file).artifact_sha256 == digest
    file.write_bytes(b"other")
    with pytest.raises(TokenError, match="is for"):
        checked(token, artifact=file)
    with pytest.raises(ConfigError, match="one file"):
        checked(token, artifact=tmp_path)
    with pytest.raises(ConfigError, match="one file"):
        checked(token, artifact=tmp_path / "missing")
    with pytest.raises(ConfigError, match="64 lower-case"):
        checked(token, artifact="")


def test_what_is_signed_of_a_token_is_no_note_and_no_note_is_a_token() -> None:
    """One key signs both, over texts of which one always and the other never has a line break."""
    token = token_of()
    text, _, signature = token.rpartition(".")
    with pytest.raises(NoteError):
        sign_note(text, [KEY])
    value = base64.urlsafe_b64decode(signature + "==")
    line = base64.b64encode(KEY.key.identifier + value).decode()
    as_note = f"{text}\n\n\N{EM DASH} {KEY.name} {line}\n".encode()
    with pytest.raises(NoteError, match="is wrong"):
        open_note(as_note, [KEY.key])
    note = sign_note(f"{text}\n", [KEY])
    signed = base64.b64decode(note.split()[-1])[4:]
    with pytest.raises(TokenError, match="has not signed it"):
        checked(f"{text}.{encoded(signed)}")


UNTIMED = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}


def test_pyjwt_alone_agrees() -> None:
    token = token_of()
    public = Ed25519PublicKey.from_public_bytes(KEY.key.public)
    found = jwt.decode(
        token,
        public,
        algorithms=["EdDSA"],
        audience="production",
        issuer=KEY.name,
        options={"require": ["exp", "nbf", "iat", "aud", "iss"], **UNTIMED},
    )
    assert Claims(**found) == checked(token)


@pytest.mark.parametrize(("seed", "audience"), [(KEY.seed, "staging"), (OTHER.seed, "production")])
def test_pyjwt_alone_refuses_another_key_and_another_audience(seed: bytes, audience: str) -> None:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token_of(), public, algorithms=["EdDSA"], audience=audience, options=UNTIMED)
