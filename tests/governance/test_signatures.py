"""Signatures of people: what we find valid OpenSSH finds valid, and the other way round."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.documents import Document, read_document
from lineage_pipeline.formats.ssh.signatures import judge
from lineage_pipeline.governance.signatures import ssh_signer
from tests.governance.ssh import (
    PRESENT,
    SK_ECDSA,
    SK_ED25519,
    Key,
    Parts,
    armored,
    bare,
    blob,
    framed,
    hardware,
    line_from,
    made_key,
    openssh_accepts,
    private_of,
    public_blob,
    ssh_keygen,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE = b'{"data":{"actor":"priya@example.org"}}'
KINDS = [("ed25519", None), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521), ("rsa", 2048)]
FEW = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ssh")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, Key]:
    return {f"{kind}{bits or ''}": made_key(folder, kind, bits) for kind, bits in KINDS}


@pytest.fixture(scope="module")
def key(keys: dict[str, Key]) -> Key:
    return keys["ed25519"]


@pytest.fixture(scope="module")
def signature(key: Key) -> str:
    return ssh_signer(key.file)(MESSAGE)


def number(value: int) -> bytes:
    return text(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def of_curve(der: bytes) -> bytes:
    return b"".join(map(number, decode_dss_signature(der)))


def reason(found: str, message: bytes = MESSAGE) -> str:
    judged = judge(found, message)
    assert judged.status == "invalid"
    return judged.reason


@pytest.mark.parametrize("name", [f"{kind}{bits or ''}" for kind, bits in KINDS])
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_what_openssh_signs_is_valid(
    name: str, hash_name: str, keys: dict[str, Key], tmp_path: Path
) -> None:
    done = ssh_keygen(
        "-Y", "sign", "-O", f"hashalg={hash_name}", "-f", str(keys[name].file),
        "-n", "lineage-governance", data=MESSAGE,
    )  # fmt: skip
    found = done.stdout.decode()
    judged = judge(found, MESSAGE)
    assert judged == ("valid", keys[name].line, "")
    assert openssh_accepts(found, MESSAGE, keys[name].line, tmp_path)
    assert judge(found, MESSAGE + b" ") == ("invalid", keys[name].line, "the key did not sign this")
    assert not openssh_accepts(found, MESSAGE + b" ", keys[name].line, tmp_path)


@pytest.mark.parametrize("bits", [256, 512])
def test_rsa_signs_with_either_hash(bits: int, keys: dict[str, Key], tmp_path: Path) -> None:
    rsa, by = private_of(keys["rsa2048"]), {256: hashes.SHA256(), 512: hashes.SHA512()}[bits]
    assert isinstance(rsa, RSAPrivateKey)
    value = rsa.sign(framed(MESSAGE), padding.PKCS1v15(), by)
    parts = Parts(public_blob(keys["rsa2048"].line), f"rsa-sha2-{bits}".encode(), value)
    found = armored(blob(parts))
    assert judge(found, MESSAGE).status == "valid"
    assert openssh_accepts(found, MESSAGE, keys["rsa2048"].line, tmp_path)
    other = armored(blob(parts._replace(algorithm=b"rsa-sha2-256" if bits == 512 else
                                        b"rsa-sha2-512")))  # fmt: skip
    assert reason(other) == "the key did not sign this"
    assert not openssh_accepts(other, MESSAGE, keys["rsa2048"].line, tmp_path)


def sk_ed25519(message: bytes, tail: bytes = PRESENT) -> Parts:
    private = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hardware(SK_ED25519, (public,), private.sign, message, tail)


def sk_ecdsa(message: bytes, tail: bytes = PRESENT) -> Parts:
    private = ec.derive_private_key(77, ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(data: bytes) -> bytes:
        return of_curve(private.sign(data, ec.ECDSA(hashes.SHA256())))

    return hardware(SK_ECDSA, (b"nistp256", point), sign, message, tail)


@pytest.mark.parametrize("made", [sk_ed25519, sk_ecdsa])
def test_hardware_keys_sign_too(made: Callable[[bytes, bytes], Parts], tmp_path: Path) -> None:
    for tail in (PRESENT, b"\x05\x00\x01\x02\x03", b"\x00\x00\x00\x00\x00"):
        parts = made(MESSAGE, tail)
        found = armored(blob(parts))
        judged = judge(found, MESSAGE)
        assert judged.public_key is not None
        is_accepted = openssh_accepts(found, MESSAGE, judged.public_key, tmp_path)
        assert (judged.status == "valid") == is_accepted
        other = armored(blob(parts._replace(tail=bytes([tail[0] ^ 2]) + tail[1:])))
        assert judge(other, MESSAGE).status == "invalid"
        assert not openssh_accepts(other, MESSAGE, judged.public_key, tmp_path)


def test_every_altered_byte_is_refused(signature: str, key: Key) -> None:
    data = bare(signature)
    for place in range(len(data)):
        for flip in (1, 0x80):
            changed = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            assert judge(armored(changed), MESSAGE).status != "valid", place
    for place in range(len(MESSAGE)):
        changed = MESSAGE[:place] + bytes([MESSAGE[place] ^ 1]) + MESSAGE[place + 1 :]
        assert judge(signature, changed) == ("invalid", key.line, "the key did not sign this")


@pytest.mark.parametrize("name", ["ed25519", "ecdsa256", "rsa2048"])
def test_openssh_refuses_what_we_refuse(name: str, keys: dict[str, Key], tmp_path: Path) -> None:
    """Altered bytes, a few of each field: every one costs two runs of a program."""
    data = bare(ssh_signer(keys[name].file)(MESSAGE))
    places = random.Random(name).sample(range(len(data)), 25)  # noqa: S311 - which bytes to try
    for place in places:
        changed = armored(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        assert judge(changed, MESSAGE).status != "valid"
        assert not openssh_accepts(changed, MESSAGE, keys[name].line, tmp_path)


@FEW
@given(message=st.binary(max_size=200))
def test_any_message_is_signed_and_judged_alike(message: bytes, key: Key, folder: Path) -> None:
    found = armored(blob(signed_by_hand(key, message)))
    assert judge(found, message).status == "valid"
    assert judge(found, message + b"\0").status == "invalid"


@settings(FEW, max_examples=15)
@given(message=st.binary(max_size=80))
def test_openssh_finds_what_we_find_of_any_message(message: bytes, key: Key, folder: Path) -> None:
    found = ssh_signer(key.file)(message)
    assert judge(found, message).status == "valid"
    assert bare(found) == blob(signed_by_hand(key, message))
    assert openssh_accepts(found, message, key.line, folder)


def signed_by_hand(key: Key, message: bytes, **other: bytes) -> Parts:
    private = private_of(key)
    assert isinstance(private, Ed25519PrivateKey)
    named = {name: other[name] for name in ("hash_name", "namespace") if name in other}
    value = private.sign(framed(message, **named))
    return Parts(public_blob(key.line), b"ssh-ed25519", value)._replace(**other)


def test_a_signature_for_another_use_does_not_count(key: Key, tmp_path: Path) -> None:
    for namespace in (b"git", b"file", b"", b"lineage-governance ", b"lineage-governance\0"):
        found = armored(blob(signed_by_hand(key, MESSAGE, namespace=namespace)))
        assert reason(found) == "it was made for another use than lineage-governance"
        assert not openssh_accepts(found, MESSAGE, key.line, tmp_path)


@pytest.mark.parametrize("hash_name", [b"sha1", b"md5", b"sha384", b"sha3_512"])
def test_another_hash_does_not_count(hash_name: bytes, key: Key, tmp_path: Path) -> None:
    found = armored(blob(signed_by_hand(key, MESSAGE, hash_name=hash_name)))
    assert reason(found) == "it hashes by neither SHA-256 nor SHA-512"
    assert not openssh_accepts(found, MESSAGE, key.line, tmp_path)


def test_sha1_and_short_keys_of_rsa_do_not_count(keys: dict[str, Key], tmp_path: Path) -> None:
    rsa, line = private_of(keys["rsa2048"]), keys["rsa2048"].line
    assert isinstance(rsa, RSAPrivateKey)
    value = rsa.sign(framed(MESSAGE), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    found = armored(blob(Parts(public_blob(line), b"ssh-rsa", value)))
    assert reason(found) == "keys of its kind may not sign so"
    assert not openssh_accepts(found, MESSAGE, line, tmp_path)
    short = made_key(tmp_path, "rsa", 1024)
    with pytest.raises(ConfigError, match="has 1024 bits; 2048 are the least"):
        ssh_signer(short.file)(MESSAGE)


def test_what_is_not_known_here_is_not_called_false(key: Key) -> None:
    parts = signed_by_hand(key, MESSAGE)
    dsa = b"".join(map(text, (b"ssh-dss", b"p", b"q")))
    certificate = text(b"ssh-ed25519-cert-v01@openssh.com") + parts.key
    for other in (dsa, certificate):
        judged = judge(armored(blob(parts._replace(key=other))), MESSAGE)
        assert judged[::2] == ("unverifiable", "its kind of key is not known here")
    web = blob(parts._replace(algorithm=b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com"))
    assert judge(armored(web), MESSAGE).status == "unverifiable"


def test_other_forms_of_the_same_are_refused(signature: str, key: Key) -> None:
    parts = signed_by_hand(key, MESSAGE)
    data = blob(parts)
    assert bare(signature) == data
    assert reason(armored(data + b"\0")) == "something follows its last field"
    assert "version" in reason(armored(b"SSHSIG\0\0\0\2" + data[10:]))
    assert "nothing is defined" in reason(armored(blob(parts._replace(reserved=b"x"))))
    assert reason(armored(blob(parts._replace(tail=b"12345"))))
    assert "cannot be read" in reason(armored(blob(parts._replace(key=parts.key + b"x"))))
    assert "has no name" in reason(armored(blob(parts._replace(key=text(b"\xff") + b"x"))))
    for at in range(0, len(data), 7):
        assert reason(armored(data[:at]))
    for other in (
        "", "x", "valid", signature.replace("\n", "\r\n"), f" {signature}", f"{signature}\n",
        signature.replace("SSH SIGNATURE", "PGP SIGNATURE"), signature[:-2],
        signature.replace("\n", "", 1), signature * 2, "A" * 30_000,
        signature.replace("-----\n", f"-----\n{'A' * 50_000}\n", 1),
        signature.replace("U1NIU0lH", "U1NI U0lH"), signature.replace("U1NIU0lH", "=U1NIU0lH"),
    ):  # fmt: skip
        assert reason(other).startswith("it")


def test_numbers_of_a_curve_have_one_form(keys: dict[str, Key]) -> None:
    private = private_of(keys["ecdsa256"])
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    der = private.sign(framed(MESSAGE), ec.ECDSA(hashes.SHA256()))
    first, second = decode_dss_signature(der)
    key = public_blob(keys["ecdsa256"].line)
    good = Parts(key, b"ecdsa-sha2-nistp256", number(first) + number(second))
    assert judge(armored(blob(good)), MESSAGE).status == "valid"
    padded = text(b"\0" + number(first)[4:]) + number(second)
    for value in (padded, text(b"") + number(second), good.value + b"x", b"", number(first)):
        assert reason(armored(blob(good._replace(value=value))))


@FEW
@given(st.text(max_size=300) | st.binary(max_size=300).map(armored))
def test_whatever_is_told_is_judged(told: str) -> None:
    assert judge(told, MESSAGE).status in ("invalid", "unverifiable")


def test_keys_are_told_as_their_files_tell_them(keys: dict[str, Key]) -> None:
    for key in keys.values():
        assert line_from(private_of(key)) == key.line


# What signs.


def test_an_agent_signs_for_its_public_key(key: Key, tmp_path: Path) -> None:
    socket = tmp_path / "agent"
    agent = subprocess.Popen(  # noqa: S603
        ["ssh-agent", "-D", "-a", str(socket)],  # noqa: S607
        stdout=subprocess.DEVNULL,
    )
    try:
        environ = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
        for _ in range(200):
            if socket.exists():
                break
            time.sleep(0.02)
        subprocess.run(["ssh-add", "-q", str(key.file)], env=environ, check=True)  # noqa: S603, S607
        alone = tmp_path / "alone.pub"
        alone.write_text(f"{key.line}\n", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSH_AUTH_SOCK", str(socket))
            found = ssh_signer(alone)(MESSAGE)
        assert judge(found, MESSAGE) == ("valid", key.line, "")
    finally:
        agent.terminate()
        agent.wait()


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    for named in (tmp_path / "nothing", tmp_path, Path("x" * 5000), Path("a\0b")):
        with pytest.raises(ConfigError, match=r"--sign-key .*no such file; name that of your SSH"):
            ssh_signer(named)


def test_a_key_given_instead_of_its_file_is_not_repeated(key: Key) -> None:
    with pytest.raises(ConfigError) as caught:
        ssh_signer(Path(key.file.read_text(encoding="utf-8")))
    secret = "".join(key.file.read_text(encoding="utf-8").splitlines()[1:3])
    assert secret[:30] not in str(caught.value)
    assert caught.value.exit_code == 2


def program(tmp_path: Path, body: str) -> str:
    file = tmp_path / "program"
    file.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n", encoding="utf-8")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("time.sleep(60)", "has not signed within 0.5 seconds; unlock the key"),
        ("sys.exit('bad\\n\\x1b[31m phrase, token=hunter2secret')", "cannot sign with it: bad"),
        ("print('done')", "cannot be checked: it is no SSH signature in armor"),
        ("sys.stdout.buffer.write(b'\\xff' * 9)", "cannot be checked"),
    ],
)
def test_a_program_that_does_not_sign_is_told(
    body: str, words: str, key: Key, tmp_path: Path
) -> None:
    seconds = 0.5 if "sleep" in body else 30
    with pytest.raises(ConfigError) as caught:
        ssh_signer(key.file, program=program(tmp_path, body), timeout_s=seconds)(MESSAGE)
    assert words in str(caught.value)
    assert "hunter2secret" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_no_program_is_told(key: Key, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not installed"):
        ssh_signer(key.file, program=str(tmp_path / "none"))(MESSAGE)


def test_what_is_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("no key\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot sign with it: "):
        ssh_signer(tmp_path / "notes")(MESSAGE)


# Signatures and what is masked.

APPROVED: dict[str, Any] = {
    "specversion": "1.0", "id": "a1", "source": "/lineage",
    "type": "lineage.governance.approved.v1", "subject": "modelVersion:mlflow://mlflow.example.org:credit-risk:3",
    "time": "2026-09-07T14:10:00Z",
    "data": {"actor": "priya@example.org", "stage": "technical", "reason": "sound",
             "submission": "sha256:1"},
}  # fmt: skip


def read(act: dict[str, object]) -> Document:
    found = read_document("governance", json.dumps(act).encode(), "", "UTC")
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize("end", ["/Pw=", "/pw=", "xPw=", "/Sig=", "/sig="])
def test_a_signature_that_ends_like_the_name_of_a_secret_stays(end: str, key: Key) -> None:
    """Of those that end in `=`, one among a hundred does by chance."""
    value = next(b"\0" * size for size in range(64, 67) if size_of(key, size) % 3 == 2)
    data = blob(Parts(public_blob(key.line), b"ssh-ed25519", value))
    found = armored(data[:-5] + base64.b64decode(f"AAA{end}"[-8:].rjust(8, "A"))[-5:])
    assert end in found
    kept = read({**APPROVED, "signature": found})
    assert json.loads(kept.body) == {**APPROVED, "signature": found}
    assert kept.redaction_count == 0
    assert read_document("governance", json.dumps({**APPROVED, "note": found}).encode(), "", "UTC")


def size_of(key: Key, size: int) -> int:
    return len(blob(Parts(public_blob(key.line), b"ssh-ed25519", b"\0" * size)))


def test_secrets_beside_a_signature_go(signature: str) -> None:
    data = {**APPROVED["data"], "reason": "password=hunter2", "again": signature}
    kept = read({**APPROVED, "data": data, "signature": signature})
    assert b"hunter2" not in kept.body
    assert json.loads(kept.body)["signature"] == signature
    assert kept.redaction_count == 1


MADE_UP = armored(b"").replace("\n", "\npassword=hunter2\n", 1)


@pytest.mark.parametrize(
    "told",
    ["password=hunter2", MADE_UP, {"password": "hunter2"}, ["token=hunter2"]],
)  # fmt: skip
def test_what_is_no_signature_keeps_no_secret_in_its_place(told: object) -> None:
    kept = read({**APPROVED, "signature": told})
    assert b"hunter2" not in kept.body
    assert kept.redaction_count == 1
