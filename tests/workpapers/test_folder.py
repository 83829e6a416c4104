"""The set in a folder: its digests hold, it is replaced as a whole, and nobody's work is lost."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.workpapers.dossier import dossier
from lineage_pipeline.workpapers.folder import MANIFEST, working_papers, write
from lineage_pipeline.workpapers.method import queries
from tests.workpapers.dossiers import dossier_of, of_every_status, status

if TYPE_CHECKING:
    from tests.conftest import Demo

ROOT: Final = Path(__file__).parent.parent.parent
FILES: Final = {"a.txt": b"one", "csv/b.csv": b"two", MANIFEST: b""}


def files_of(texts: dict[str, bytes]) -> dict[str, bytes]:
    lines = [f"{sha256(data).hexdigest()}  {path}\n" for path, data in texts.items()]
    return texts | {MANIFEST: "".join(lines).encode()}


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


OLD: Final = files_of({"a.txt": b"one", "csv/b.csv": b"two"})
NEW: Final = files_of({"a.txt": b"other", "csv/c.csv": b"three"})


def test_the_set_holds_every_kind_of_paper_and_the_digest_of_each(tmp_path: Path) -> None:
    files = working_papers(of_every_status())
    write(tmp_path / "papers", files)
    assert {path.partition("/")[0] for path in files} >= {
        "oscal", "csv", "parquet", "workpapers.xlsx", "summary.pdf", MANIFEST,
    }  # fmt: skip
    assert held(tmp_path / "papers") == files
    done = subprocess.run(  # noqa: S603
        ["sha256sum", "--check", "--strict", "--quiet", MANIFEST],  # noqa: S607
        cwd=tmp_path / "papers", check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert len(files[MANIFEST].splitlines()) == len(files) - 1


def test_the_queries_have_the_digests_that_the_statuses_name(demo: Demo) -> None:
    found = dossier(demo.workspace.paths)
    digests = {sha256(data).hexdigest() for data in queries(found).values()}
    assert digests == set(found.assessment.control_status["query_sha256"])


def test_an_earlier_set_is_replaced_and_what_it_alone_had_goes(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    write(tmp_path, NEW)
    assert held(tmp_path) == NEW


def test_the_same_set_is_written_over_itself(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    write(tmp_path, OLD)
    assert held(tmp_path) == OLD


def test_a_file_that_somebody_changed_is_kept_and_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    (tmp_path / "a.txt").write_bytes(b"my conclusion")
    with pytest.raises(ConfigError, match=r"a\.txt: was changed since it was written"):
        write(tmp_path, NEW)
    assert held(tmp_path) == OLD | {"a.txt": b"my conclusion"}


@pytest.mark.parametrize("path", ["note.txt", "csv/note.txt"])
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text("mine")
    with pytest.raises(ConfigError, match="is of something else"):
        write(tmp_path, NEW)
    assert held(tmp_path) == {path: b"mine"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    write(tmp_path / "papers", OLD)
    (tmp_path / "papers" / "csv" / "b.csv").unlink()
    (tmp_path / "papers" / "csv").rmdir()
    (tmp_path / "papers" / "csv").symlink_to(outside)
    with pytest.raises(ConfigError, match="is of something else"):
        write(tmp_path / "papers", NEW)
    assert held(outside) == {}


def test_a_manifest_that_names_paths_outside_removes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"one")
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / MANIFEST).write_text(f"{sha256(b'one').hexdigest()}  ../mine\n")
    write(folder, NEW)
    assert (tmp_path / "mine").read_bytes() == b"one"


def test_a_writing_that_was_broken_off_is_taken_up_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(NEW["a.txt"])
    (tmp_path / "b.txt.partial").write_bytes(b"ha")
    write(tmp_path, NEW)
    assert held(tmp_path) == NEW


SCRIPT: Final = """
import sys
from hashlib import sha256
from lineage_pipeline.workpapers.folder import working_papers
from tests.workpapers.dossiers import of_every_status
files = working_papers(of_every_status())
print(sha256(b"".join(sorted(files[path] for path in files))).hexdigest())
"""


def test_another_process_in_another_zone_writes_the_same_bytes() -> None:
    told = {
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", SCRIPT], cwd=ROOT, check=True, capture_output=True, text=True,
            env={"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "LC_ALL": lang},
        ).stdout
        for zone, seed, lang in (("UTC", "1", "C"), ("Asia/Tokyo", "2", "C.UTF-8"))
    }  # fmt: skip
    assert len(told) == 1


def test_a_set_without_exceptions_is_written_without_a_plan_of_action(tmp_path: Path) -> None:
    files = working_papers(dossier_of([status("X01")]))
    assert "oscal/plan-of-action-and-milestones.json" not in files
    assert "oscal/assessment-results.json" in files
