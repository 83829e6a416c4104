"""In which pipeline a gate is asked, as the environment of its job says.

Source: GitHub, default environment variables; GitLab, predefined CI/CD variables. Whoever writes
the job can set them: they are remarks beside a decision, and decide nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def ci_run(environ: Mapping[str, str]) -> str:
    """Return the address of the pipeline's run; empty if it is none."""
    if environ.get("GITHUB_ACTIONS") == "true":
        server, repository = environ.get("GITHUB_SERVER_URL"), environ.get("GITHUB_REPOSITORY")
        return f"{server}/{repository}/actions/runs/{environ.get('GITHUB_RUN_ID')}"
    return environ.get("CI_JOB_URL", "") if environ.get("GITLAB_CI") == "true" else ""


def asked_by(environ: Mapping[str, str]) -> str:
    """Return who the pipeline says has started it; empty if it is none."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return environ.get("GITHUB_TRIGGERING_ACTOR") or environ.get("GITHUB_ACTOR", "")
    return environ.get("GITLAB_USER_LOGIN", "") if environ.get("GITLAB_CI") == "true" else ""


def summary_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file that GitHub shows as the summary of this step; None if there is none."""
    named = environ.get("GITHUB_STEP_SUMMARY")
    return Path(named) if named else None
