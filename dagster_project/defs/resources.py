"""Where the assets live, and how their steps are run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import dagster as dg

from lineage_pipeline import pipeline

WORKSPACE_VARIABLE: Final = "LINEAGE_WORKSPACE"
DEFAULT_WORKSPACE: Final = "demo"


class WorkspaceResource(dg.ConfigurableResource[pipeline.Workspace]):
    """The workspace that assets, checks and the sensor work on.

    Attributes:
        root: its folder; a relative one starts where Dagster was started.
    """

    root: str = DEFAULT_WORKSPACE

    def open(self) -> pipeline.Workspace:
        """Return the workspace.

        Raises:
            ConfigError: there is none, or its settings are wrong.
        """
        return pipeline.open_workspace(Path(self.root))


@dg.definitions
def resources() -> dg.Definitions:
    """Return the workspace that the environment names, and the executor.

    Steps wait for each other in one line, so a process for each would only add its start-up.
    """
    named = WORKSPACE_VARIABLE in os.environ
    root = dg.EnvVar(WORKSPACE_VARIABLE) if named else DEFAULT_WORKSPACE
    return dg.Definitions(
        resources={"workspace": WorkspaceResource(root=root)}, executor=dg.in_process_executor
    )
