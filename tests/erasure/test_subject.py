"""Who is asked for comes by a stream, and goes nowhere else."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.erasure.subject import MOST, MOST_BYTES, read_subject
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.paths import workspace_paths

if TYPE_CHECKING:
    from pathlib import Path


def read(root: Path, data: bytes) -> tuple[tuple[str, ...], str]:
    found = read_subject(io.BytesIO(data), workspace_paths(root))
    return found.identifiers, found.handle


def test_the_same_identifiers_have_the_same_handle(tmp_path: Path) -> None:
    identifiers, handle = read(tmp_path, b" subj-4711 \n\njane@example.org\n")
    assert identifiers == ("subj-4711", "jane@example.org")
    assert read(tmp_path, b"JANE@example.org\r\nSubj-4711")[1] == handle
    assert read(tmp_path, b"subj-4711\n")[1] != handle
    assert read(tmp_path / "other", b"subj-4711\njane@example.org\n")[1] != handle


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    read(tmp_path, b"subj-4711")
    key = workspace_paths(tmp_path).subject_key
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_a_subject_shows_no_identifier(tmp_path: Path) -> None:
    found = read_subject(io.BytesIO(b"subj-4711"), workspace_paths(tmp_path))
    assert "4711" not in f"{found} {found!r}"
    assert found.handle in repr(found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no identifier"),
        (b" \n\t\n", "holds no identifier"),
        (b"subj-4711\nbob\n", "line 2 of standard input is shorter"),
        (b"\xff\xfe\xff\xfe\xff", "not UTF-8"),
        (b"\n".join(b"subj-%d" % number for number in range(MOST + 1)), "more than 32"),
        (b"x" * (MOST_BYTES + 1), "more than 65536 bytes"),
    ],
)
def test_what_names_nobody_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        read(tmp_path, data)
    assert "subj" not in str(refused.value)
    assert "bob" not in str(refused.value)


def test_a_key_that_was_damaged_is_no_key(tmp_path: Path) -> None:
    key = workspace_paths(tmp_path).subject_key
    key.parent.mkdir()
    key.write_bytes(b"short")
    with pytest.raises(ConfigError, match="is no key of 32 bytes"):
        read(tmp_path, b"subj-4711")
