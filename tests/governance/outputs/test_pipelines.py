"""What the environment of a job says of its pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage_pipeline.governance.outputs.pipelines import asked_by, ci_run, summary_file

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "northwind/models",
    "GITHUB_RUN_ID": "4711",
    "GITHUB_ACTOR": "mia",
    "GITHUB_TRIGGERING_ACTOR": "oscar",
    "GITHUB_STEP_SUMMARY": "/runner/summary",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_JOB_URL": "https://gitlab.example.org/northwind/models/-/jobs/4711",
    "GITLAB_USER_LOGIN": "oscar",
}


@pytest.mark.parametrize(
    ("environ", "run", "person", "summary"),
    [
        (
            GITHUB,
            "https://github.com/northwind/models/actions/runs/4711",
            "oscar",
            Path("/runner/summary"),
        ),
        (GITLAB, "https://gitlab.example.org/northwind/models/-/jobs/4711", "oscar", None),
        ({}, "", "", None),
        ({"GITHUB_STEP_SUMMARY": ""}, "", "", None),
    ],
)
def test_a_job_names_its_run_who_started_it_and_its_summary(
    environ: dict[str, str], run: str, person: str, summary: Path | None
) -> None:
    assert ci_run(environ) == run
    assert asked_by(environ) == person
    assert summary_file(environ) == summary


def test_who_runs_a_job_again_has_asked() -> None:
    first = {key: value for key, value in GITHUB.items() if key != "GITHUB_TRIGGERING_ACTOR"}
    assert asked_by(first) == "mia"
