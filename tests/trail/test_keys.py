"""A log has one identity: a key that is lost, another one or open to others is an error."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import ConfigError, SigningKeyError
from lineage_pipeline.trail.keys import (
    FILE_VARIABLE,
    KEY_VARIABLE,
    SecretKey,
    key_name,
    make_key,
    read_key,
    secret_key,
    signer_for,
)

if TYPE_CHECKING:
    from pathlib import Path

NAME = "example.com/log"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "trail.key"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_of_a_new_log_is_made_for_its_owner_alone(file: Path) -> None:
    made = signer_for(NAME, file, {}, None)
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    assert made.name == NAME
    assert read_key(file) == made == signer_for(NAME, file, {}, None)
    assert signer_for(NAME, file, {}, key_name(made.key)) == made
    assert list((file.parent / ".tmp").iterdir()) == []


def test_two_keys_differ(tmp_path: Path) -> None:
    assert make_key(tmp_path / "one", NAME) != make_key(tmp_path / "other", NAME)


def test_a_key_is_never_replaced(file: Path) -> None:
    made = make_key(file, NAME)
    with pytest.raises(SigningKeyError, match="there is a key already"):
        make_key(file, NAME)
    assert read_key(file) == made
    assert list((file.parent / ".tmp").iterdir()) == []


def test_a_log_with_checkpoints_and_no_key_gets_none(file: Path) -> None:
    with pytest.raises(
        SigningKeyError, match=r"lost; they are signed by example.com/log\+00"
    ) as no:
        signer_for(NAME, file, {}, f"{NAME}+00000000")
    assert str(file) in str(no.value)
    assert "new identity" in str(no.value)
    assert no.value.exit_code == 2
    assert issubclass(SigningKeyError, ConfigError)
    assert not file.exists()
    assert not file.parent.exists()


def test_another_key_than_the_logs_is_refused(file: Path) -> None:
    made = make_key(file, NAME)
    with pytest.raises(SigningKeyError, match=r"signed by example.com/log\+00000000") as wrong:
        signer_for(NAME, file, {}, f"{NAME}+00000000")
    assert key_name(made.key) in str(wrong.value)
    with pytest.raises(SigningKeyError, match="the log is called other"):
        signer_for("other", file, {}, None)


@pytest.mark.parametrize("opened", [0o604, 0o640, 0o660, 0o644, 0o666, 0o601])
def test_a_key_that_others_can_read_is_refused(file: Path, opened: int) -> None:
    make_key(file, NAME)
    file.chmod(opened)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        signer_for(NAME, file, {}, None)
    file.chmod(0o400)
    assert signer_for(NAME, file, {}, None).name == NAME


@pytest.mark.parametrize("content", [b"", b"key", b"\xff", b"PRIVATE+KEY+a+00000000+AAAA"])
def test_a_file_that_holds_no_key_is_refused_by_name(file: Path, content: bytes) -> None:
    make_key(file, NAME)
    file.write_bytes(content)
    with pytest.raises(SigningKeyError, match=str(file)):
        signer_for(NAME, file, {}, None)


def test_a_damaged_key_is_refused_and_not_told(file: Path) -> None:
    encoded = make_key(file, NAME).encoded
    secret = encoded.rsplit("+", 1)[1]
    for wrong in (encoded.replace("log+", "fog+"), encoded.replace("KEY+", "KEY+a"),
                  encoded[:-5] + ("AAAA=" if encoded[-5:] != "AAAA=" else "BBBB=")):  # fmt: skip
        with pytest.raises(SigningKeyError) as error:
            secret_key(wrong, "somewhere")
        assert secret[:10] not in str(error.value)
        assert "somewhere" in str(error.value)


def test_a_key_does_not_show_itself(file: Path) -> None:
    made = make_key(file, NAME)
    assert made.seed.hex() not in repr(made)
    assert "seed" not in repr(made)


def test_the_environment_gives_the_key_or_names_its_file(file: Path, tmp_path: Path) -> None:
    other = SecretKey(NAME, bytes(range(32)))
    assert signer_for(NAME, file, {KEY_VARIABLE: other.encoded}, None) == other
    given = tmp_path / "given.key"
    made = make_key(given, NAME)
    assert signer_for(NAME, file, {FILE_VARIABLE: str(given)}, None) == made
    assert not file.exists()
    with pytest.raises(SigningKeyError, match=KEY_VARIABLE):
        signer_for(NAME, file, {KEY_VARIABLE: "wrong"}, None)
    with pytest.raises(SigningKeyError, match="there is no key here"):
        signer_for(NAME, file, {FILE_VARIABLE: str(tmp_path / "none")}, None)
    with pytest.raises(SigningKeyError, match=f"{KEY_VARIABLE}: holds"):
        signer_for(NAME, file, {KEY_VARIABLE: other.encoded}, key_name(made.key))


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\u00a0b"])
def test_a_log_is_not_called_so(file: Path, name: str) -> None:
    with pytest.raises(SigningKeyError, match="no name for a log"):
        make_key(file, name)
    assert not file.exists()
