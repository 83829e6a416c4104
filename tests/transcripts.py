"""Console blocks in the documentation, run on the demo and compared, or written anew.

python -m tests.transcripts DEMO FILE.md            writes what `-w demo` commands print now
python -m tests.transcripts DEMO FILE.md --in-turn  writes what all print, in turn, on a copy
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from lineage_pipeline.cli import cli

BLOCK = re.compile(r"```console\n\$ uv run lineage (.*?)\n(.*?)```", re.DOTALL)
SHELL = re.compile(r"```console\n\$ (.*?)\n(.*?)```", re.DOTALL)
DEMO_OPTION = " -w demo"
ROOT = Path(__file__).parent.parent


def answered(text: str, demo: Path) -> str:
    """Return the document with each `-w demo` command followed by what it prints."""
    return BLOCK.sub(lambda block: _run(block, demo), text)


def _run(block: re.Match[str], demo: Path) -> str:
    command = block[1]
    if not command.endswith(DEMO_OPTION):
        return block[0]
    words = [*shlex.split(command.removesuffix(DEMO_OPTION)), "-w", str(demo)]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    return f"```console\n$ uv run lineage {command}\n{result.stdout}{result.stderr}```"


def told(command: str, folder: Path) -> str:
    """Return what a shell in the folder prints to the command of a page, errors last."""
    told = command.replace("uv run lineage", f"{sys.executable} -m lineage_pipeline")
    told = told.replace("python data/", f"{sys.executable} {ROOT}/data/")
    told = told.replace("python verify.py", f"{sys.executable} verify.py")
    done = subprocess.run(  # noqa: S602 - our own documentation
        told, shell=True, cwd=folder, env=os.environ | {"COLUMNS": "110"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def _in_turn(text: str, demo: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(demo, Path(folder) / "demo")
        return SHELL.sub(
            lambda block: f"```console\n$ {block[1]}\n{told(block[1], Path(folder))}```", text
        )


def _written_anew(text: str, demo: Path, options: list[str]) -> str:
    return _in_turn(text, demo) if "--in-turn" in options else answered(text, demo)


if __name__ == "__main__":
    document = Path(sys.argv[2])
    text = document.read_text(encoding="utf-8")
    document.write_text(_written_anew(text, Path(sys.argv[1]), sys.argv[3:]), encoding="utf-8")
