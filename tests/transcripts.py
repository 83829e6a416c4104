"""Console blocks in the documentation, run on the demo and compared, or written anew.

python tests/transcripts.py DEMO FILE.md    writes what the commands print now into the file
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

from click.testing import CliRunner

from lineage_pipeline.cli import cli

BLOCK = re.compile(r"```console\n\$ uv run lineage (.*?)\n(.*?)```", re.DOTALL)
DEMO_OPTION = " -w demo"


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


if __name__ == "__main__":
    document = Path(sys.argv[2])
    document.write_text(
        answered(document.read_text(encoding="utf-8"), Path(sys.argv[1])), encoding="utf-8"
    )
