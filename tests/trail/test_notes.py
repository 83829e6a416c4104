"""Notes are those of Go's `note`: one vector of its own, and every rule about what is no note."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError, IntegrityError, NoteError, SigningKeyError
from lineage_pipeline.trail.checkpoints import checkpoint_text, open_checkpoint
from lineage_pipeline.trail.keys import SecretKey, secret_key
from lineage_pipeline.trail.merkle import EMPTY_ROOT, Tree
from lineage_pipeline.trail.notes import (
    VerifierKey,
    open_note,
    read_note,
    sign_note,
    verifier_key,
)

if TYPE_CHECKING:
    from lineage_pipeline.trail.notes import Signer

NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNED = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

OURS = SecretKey("example.com/log", bytes(range(32)))
OTHER = SecretKey("example.com/witness", bytes(range(1, 33)))
TREE = Tree(70_000, bytes(range(32)))


def checkpoint(*signers: Signer, text: str | None = None) -> bytes:
    return sign_note(text or checkpoint_text("example.com/log", TREE), signers or [OURS])


def test_the_note_of_go_is_opened() -> None:
    key = verifier_key(NEUMANN)
    assert key.name == "PeterNeumann"
    assert key.identifier.hex() == "c74f20a3"
    assert key.encoded == NEUMANN
    note = open_note(SIGNED, [key])
    assert note.text == TEXT
    assert note.signers == (key,)


def test_the_note_of_go_is_made_byte_by_byte() -> None:
    key = secret_key(NEUMANN_SIGNER, "a test")
    assert key.key.encoded == NEUMANN
    assert key.encoded == NEUMANN_SIGNER
    assert sign_note(TEXT, [key]) == SIGNED


def test_every_altered_byte_of_a_note_is_noticed() -> None:
    key = verifier_key(NEUMANN)
    for place in range(len(SIGNED)):
        for bit in range(8):
            wrong = bytearray(SIGNED)
            wrong[place] ^= 1 << bit
            with pytest.raises(NoteError):
                open_note(bytes(wrong), [key])


def test_a_note_cut_anywhere_is_none() -> None:
    for end in range(len(SIGNED)):
        with pytest.raises(NoteError):
            open_note(SIGNED[:end], [verifier_key(NEUMANN)])


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_what_is_opened(line: str, seed: bytes) -> None:
    key = SecretKey("a", seed)
    note = open_note(sign_note(f"{line}\n\nand\n", [key]), [key.key])
    assert note.text == f"{line}\n\nand\n"


def test_several_sign_and_those_that_are_not_known_are_left_aside() -> None:
    data = checkpoint(OTHER, OURS)
    assert open_note(data, [OURS.key]).signers == (OURS.key,)
    assert open_note(data, [OURS.key, OTHER.key]).signers == (OTHER.key, OURS.key)
    named = [signature.name for signature in open_note(data, [OURS.key]).signatures]
    assert named == ["example.com/witness", "example.com/log"]
    same_name = SecretKey(OURS.name, bytes(32))
    assert open_note(checkpoint(same_name, OURS), [OURS.key]).signers == (OURS.key,)


def test_a_note_that_nobody_known_has_signed_is_refused() -> None:
    with pytest.raises(NoteError, match=r"no trusted key.*example.com/log\+"):
        open_note(checkpoint(), [OTHER.key])
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(checkpoint(), [])
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(checkpoint(SecretKey(OURS.name, bytes(32))), [OURS.key])
    assert issubclass(NoteError, IntegrityError)


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    good = checkpoint(OTHER, OURS)
    lines = good.decode().split("\n")
    name, _, value = lines[-2].rpartition(" ")
    wrong = bytearray(base64.b64decode(value))
    wrong[-1] ^= 1
    lines[-2] = f"{name} {base64.b64encode(wrong).decode()}"
    bad = "\n".join(lines).encode()
    with pytest.raises(NoteError, match=r"signature of example.com/log\+\w{8} is wrong"):
        open_note(bad, [OURS.key, OTHER.key])
    assert open_note(bad, [OTHER.key]).signers == (OTHER.key,)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\n\n", b"text\n", b"text\n\n", b"text\n\n\n", SIGNED.replace(b"\n\n", b"\n"),
        SIGNED.replace("— ".encode(), b"- "), SIGNED.replace("— ".encode(), "—".encode()),
        SIGNED.replace(b"\n", b"\r\n"), b"\0" + SIGNED, b"\t" + SIGNED, b"\xff" + SIGNED,
        SIGNED[:-1], SIGNED + b"\n", SIGNED + b"more\n",
        SIGNED.replace(b"Neumann ", b"Neu mann "),
        SIGNED.replace(b"AM=", b"AM"), SIGNED.replace(b"AM=", b"AN="),
        SIGNED.replace(b"x0", b"x 0"),
        "text\n\n— name eA==\n".encode(), "text\n\n— name x08goA==\n".encode(),
        "text\n\n—  x08go/ZJ\n".encode(), "text\n\n— a+b x08go/ZJ\n".encode(),
        "text\n\n— name \n".encode(), "text\n\n— name\n".encode(),
    ],
)  # fmt: skip
def test_what_is_not_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        open_note(data, [verifier_key(NEUMANN)])


def test_a_note_has_a_hundred_signatures_at_most() -> None:
    line = SIGNED.split(b"\n\n")[1]
    assert read_note(TEXT.encode() + b"\n" + line * 100).signatures
    with pytest.raises(NoteError, match="101 signatures"):
        read_note(TEXT.encode() + b"\n" + line * 101)
    with pytest.raises(NoteError, match="too long"):
        read_note(b"a" * 1_000_001 + SIGNED)


@pytest.mark.parametrize("text", ["", "no end of line", "a\r\n", "a\0\n", "\x1b[1m\n"])
def test_only_whole_lines_are_signed(text: str) -> None:
    with pytest.raises(NoteError, match="whole lines"):
        sign_note(text, [OURS])


@pytest.mark.parametrize(
    "encoded",
    [
        "", "+", "++", "PeterNeumann", NEUMANN[:-1], NEUMANN + "A", NEUMANN.replace("c7", "c8"),
        NEUMANN.replace("P", "p", 1), NEUMANN.replace("+c74f20a3", ""),
        NEUMANN.replace("c74f20a3", "C74F20A3"), NEUMANN.replace("+AR", "+AB"), " " + NEUMANN,
        NEUMANN + "\n", NEUMANN.replace("Peter", "Peter "), NEUMANN_SIGNER,
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    ],
)  # fmt: skip
def test_a_damaged_verifier_key_is_refused(encoded: str) -> None:
    with pytest.raises(ConfigError):
        verifier_key(encoded)


class Broken:
    """A signer whose service signs with another key than it says."""

    @property
    def key(self) -> VerifierKey:
        return OURS.key

    def sign(self, text: bytes) -> bytes:
        return OTHER.sign(text)


def test_a_signature_that_does_not_hold_is_never_handed_out() -> None:
    with pytest.raises(SigningKeyError, match="does not hold under this key"):
        checkpoint(Broken())


def test_a_checkpoint_says_name_size_and_root() -> None:
    data = checkpoint()
    assert data.startswith(
        b"example.com/log\n70000\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n"
        b"\xe2\x80\x94 example.com/log "
    )
    opened = open_checkpoint(data, [OURS.key])
    assert opened.tree == TREE
    assert opened.origin == "example.com/log"
    assert opened.data == data
    empty = checkpoint(text=checkpoint_text("example.com/log", Tree(0, EMPTY_ROOT)))
    assert open_checkpoint(empty, [OURS.key]).tree == Tree(0, EMPTY_ROOT)
    extended = checkpoint(text=checkpoint_text("example.com/log", TREE) + "more\n")
    assert open_checkpoint(extended, [OURS.key]).tree == TREE


@pytest.mark.parametrize(
    "text",
    [
        "example.com/log\n", "example.com/log\n1\n", "\n1\nroot\n", "example.com/log\n1\nabc\n",
        "example.com/log\n01\n{root}\n", "example.com/log\n-1\n{root}\n",
        "example.com/log\n+1\n{root}\n", "example.com/log\n1_0\n{root}\n",
        "example.com/log\n\u0661\n{root}\n", "example.com/log\n1.0\n{root}\n",
        "example.com/log\n99999999999999999999\n{root}\n", "example.com/log\n1\n{root}A\n",
        "example.com/log\n1\n{root}\n\nmore\n", "example.com/log\n1\nAAAA\n",
    ],
)  # fmt: skip
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(NoteError, match="not the name, size and root"):
        open_checkpoint(checkpoint(text=text.format(root=root)), [OURS.key])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    data = checkpoint(OTHER)
    with pytest.raises(NoteError, match=r"one of example.com/log, signed by example.com/witness"):
        open_checkpoint(data, [OURS.key, OTHER.key])
