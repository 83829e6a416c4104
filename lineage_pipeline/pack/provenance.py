"""What made the version, as an in-toto statement with a SLSA provenance predicate.

Nobody attests it: it is what lineage and a registry tell, in words that other programs read. Of a
dataset's version only the name is told, for nobody says that it is a digest.

Source: in-toto Statement v1; SLSA Build Provenance v1.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.cards.canonical import encoded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lineage_pipeline.pack.held import Row

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://slsa.dev/provenance/v1"
BUILD_TYPE: Final = "urn:lineage-pipeline:training-run:v1"
"""The build is a run of a job that wrote the version; datasets are those that lineage tells of."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def provenance(
    versions: Sequence[Row], read: Sequence[Row], runs: Sequence[Row]
) -> tuple[str, str]:
    """Return the statement as JSON, and why there is none if it is empty.

    Args:
        versions: rows of `registry.model_version` that are believed now.
        read: rows of `lineage.version_upstream`.
        runs: rows of `lineage.run`.
    """
    digests = {row["artifact_sha256"] for row in versions if row["artifact_sha256"]}
    makers = sorted({row["run_id"] for row in read if row["depth"] == 0})
    if len(digests) != 1:
        return "", f"a provenance statement: {len(digests)} digests of the artifact are told"
    if len(makers) != 1:
        return "", f"a provenance statement: {len(makers)} runs are told to have made it"
    version = max(versions, key=lambda row: row["valid_from_at"])
    [run] = [row for row in runs if row["run_id"] == makers[0]][:1] or [{"job_node_id": None}]
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": version["version_node_id"], "digest": {"sha256": digests.pop()}}],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {
                    "job": run["job_node_id"] or "",
                    "parameters": _parameters(version["parameters"]),
                },
                "resolvedDependencies": [*_datasets(read), *_code(version["code"])],
            },
            "runDetails": {
                "builder": {"id": run["job_node_id"] or "urn:lineage-pipeline:unknown-job"},
                "metadata": {"invocationId": makers[0]} | _times(run),
            },
        },
    }
    return encoded(statement), ""


def _datasets(read: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the datasets that stand behind the version, each version of one by itself."""
    told = {
        (row["dataset_node_id"], row["dataset_version"] or "", row["version_basis"] or "unknown")
        for row in read
        if row["dataset_node_id"]
    }
    return [
        {
            "uri": node_id,
            "annotations": ({"datasetVersion": version} if version else {})
            | {"versionBasis": basis},
        }
        for node_id, version, basis in sorted(told)
    ]


def _code(code: str | None) -> list[dict[str, Any]]:
    if not code:
        return []
    if _COMMIT.fullmatch(code):
        return [{"name": "source code", "digest": {"gitCommit": code}}]
    return [{"uri": code, "name": "source code"}]


def _parameters(parameters: Any) -> Any:
    return json.loads(parameters) if isinstance(parameters, str) else parameters or {}


def _times(run: Row) -> dict[str, str]:
    times: dict[str, datetime | None] = {
        "startedOn": run.get("started_at"),
        "finishedOn": run.get("ended_at"),
    }
    return {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in times.items() if at is not None}
