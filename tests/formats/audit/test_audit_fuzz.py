"""The fuzzer runs, and for a while finds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "fuzz.py"


def test_some_hundred_inputs_break_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    command = [sys.executable, str(FUZZ), "-runs=400", "-seed=1", "-max_len=600", "-len_control=0",
               f"-artifact_prefix={tmp_path}/"]  # fmt: skip
    done = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 400 runs" in done.stderr, done.stderr[-3000:]
