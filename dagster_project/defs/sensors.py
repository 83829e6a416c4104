"""What starts a run when files land."""

import hashlib
from pathlib import Path

import dagster as dg

from dagster_project.defs.resources import WorkspaceResource
from lineage_pipeline import pipeline


@dg.sensor(job_name="lineage_run", minimum_interval_seconds=30)
def landing_sensor(
    context: dg.SensorEvaluationContext, workspace: WorkspaceResource
) -> dg.SensorResult | dg.SkipReason:
    """Return one run for files that no scan has read, told apart by name, size and time.

    What it has asked for once it does not ask for again, even if that run failed: the next file,
    the daily schedule or a person starts the next one.
    """
    opened = workspace.open()
    files = pipeline.new_files(opened)
    if not files:
        return dg.SkipReason("landing/ holds nothing new")
    state = fingerprint(opened.paths.root, files)
    if state == context.cursor:
        return dg.SkipReason(f"a run for these {len(files)} files has been asked for")
    request = dg.RunRequest(run_key=state, tags={"lineage/new_file_count": str(len(files))})
    return dg.SensorResult([request], cursor=state)


def fingerprint(root: Path, files: tuple[str, ...]) -> str:
    """Return a digest of `NAME:BYTES` entries and the files' times of change; nothing is opened.

    The time is what sets a file apart that was rewritten at the same size.
    """
    digest = hashlib.sha256()
    for entry in files:
        path = root / entry.rpartition(":")[0]
        # A file that is gone by now is no reason to fail: its name still marks the change.
        modified_ns = path.stat().st_mtime_ns if path.exists() else 0
        digest.update(f"{entry}:{modified_ns}\n".encode())
    return digest.hexdigest()
