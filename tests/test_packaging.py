"""The wheel carries what the library needs at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


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
    viewer = ROOT / "lineage_pipeline" / "pictures" / "viewer"
    assert {f"lineage_pipeline/pictures/viewer/{path.name}" for path in viewer.iterdir()} <= names
    assert "lineage_pipeline/trail/verifier/verify.py" in names
    assert {
        f"lineage_pipeline/cards/{name}" for name in ("rules.toml", "card.schema.json", "page.css")
    } <= names
    sources = [path.relative_to(ROOT) for path in (ROOT / "lineage_pipeline").rglob("*.pyx")]
    assert {source.parent.name for source in sources} == {"split", "graph", "trail"}
    for source in sources:
        assert any(Path(name).match(f"{source.with_suffix('')}.*.so") for name in names)
    assert not any(name.startswith("data/") for name in names)
