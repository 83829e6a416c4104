"""The forms that a decision is shown in, by name and by the ending of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.governance.outputs.github import as_commands
from lineage_pipeline.governance.outputs.junit import as_junit
from lineage_pipeline.governance.outputs.markdown import as_markdown
from lineage_pipeline.governance.outputs.plain import as_text
from lineage_pipeline.governance.outputs.report import as_json
from lineage_pipeline.governance.outputs.sarif import as_sarif

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.governance.decision import Circumstances, Decision

FORMATS: Final[dict[str, Callable[[Decision, Circumstances], str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
    "github": as_commands,
    "markdown": as_markdown,
}
ENDINGS: Final = {
    ".txt": "text", ".json": "json", ".sarif": "sarif", ".xml": "junit", ".md": "markdown",
}  # fmt: skip


def rendered(form: str, decision: Decision, circumstances: Circumstances) -> str:
    """Return a decision in one of `FORMATS`."""
    return FORMATS[form](decision, circumstances)


def format_of(file: Path) -> str:
    """Return the form that a file's ending stands for.

    Raises:
        ConfigError: it stands for none.
    """
    if file.suffix not in ENDINGS:
        raise ConfigError(f"{file}: name it after a form of output: {', '.join(ENDINGS)}")
    return ENDINGS[file.suffix]
