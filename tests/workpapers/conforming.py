"""Run by the Python that has compliance-trestle: prints what of OSCAL files does not conform.

python conforming.py FOLDER FILE…    reads each, and resolves the profiles among them
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal import assessment_plan, assessment_results, catalog, poam, profile

MODELS = {
    "catalog": catalog.Catalog,
    "profile": profile.Profile,
    "assessment-plan": assessment_plan.AssessmentPlan,
    "assessment-results": assessment_results.AssessmentResults,
    "plan-of-action-and-milestones": poam.PlanOfActionAndMilestones,
}


def problems(file: Path) -> list[str]:
    [kind] = json.loads(file.read_text(encoding="utf-8"))
    try:
        read = MODELS[kind].oscal_read(file)
        again = json.loads(read.oscal_serialize_json())
    except Exception as error:  # noqa: BLE001 - whatever it says is what the test shows
        return [f"{file.name}: {error}"]
    same = _plain(again) == _plain(json.loads(file.read_text(encoding="utf-8")))
    return [] if same else [f"{file.name}: is read as something else than it says"]


def resolved(folder: Path, file: Path) -> list[str]:
    """Return the identifiers of the controls that a profile comes to."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch).resolve()
        (root / ".trestle").mkdir()
        (root / ".trestle" / "config.ini").write_text("")
        shutil.copytree(folder, root / "oscal")
        copied = root / "oscal" / file.relative_to(folder)
        # OSCAL resolves a link from the document that holds it, trestle from where it runs.
        with chdir(copied.parent):
            found = ProfileResolver.get_resolved_profile_catalog(root, str(copied))
        return [one.id for one in found.controls or []]


def _plain(value: object) -> object:
    """Return JSON in which an instant is written in one way."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.replace("Z", "+00:00") if isinstance(value, str) else value


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    files = sorted(folder.rglob("*.json"))
    sys.stdout.write(
        json.dumps(
            {
                "problems": [one for file in files for one in problems(file)],
                "resolved": {
                    file.relative_to(folder).as_posix(): resolved(folder, file)
                    for file in files
                    if "profile" in file.relative_to(folder).as_posix()
                },
            }
        )
    )
