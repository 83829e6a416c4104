"""The wheel carries what the library needs at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parent.parent


TYPED: Final = {".pyi", ".pxd"}
"""Files for type checkers and Cython, which a wheel may lack."""


def data_files() -> set[str]:
    """Return the files of the package that are data, among them those that are read at run time."""
    listed = subprocess.run(
        ["git", "ls-files", "lineage_pipeline"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    return {name for name in listed if Path(name).suffix not in TYPED | {".py", ".pyx"}}


def test_sql_files_scripts_and_compiled_modules_travel_in_the_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (wheel,) = tmp_path.glob("*.whl")

    names = set(zipfile.ZipFile(wheel).namelist())

    wanted = {
        f"lineage_pipeline/_sql/{path.relative_to(ROOT / 'sql')}"
        for path in (ROOT / "sql").rglob("*.sql")
    }
    assert wanted <= names
    assert data_files() <= names
    assert "lineage_pipeline/trail/verifier/verify.py" in names
    sources = [path.relative_to(ROOT) for path in (ROOT / "lineage_pipeline").rglob("*.pyx")]
    assert {source.parent.name for source in sources} == {"split", "graph", "trail"}
    for source in sources:
        assert any(Path(name).match(f"{source.with_suffix('')}.*.so") for name in names)
    assert not any(name.startswith("data/") for name in names)
