"""A new workspace: settings and the landing folders, made once, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.paths import LANDING_FOLDERS, WorkspacePaths, workspace_paths

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_TEXT: Final = """\
# Settings of this workspace; every key has a default, an unknown key is an error.

[workspace]
name = "{name}"

[scan]
# default_timezone = "UTC"        # the zone of event times that name none
# max_record_bytes = 33554432     # a longer record is set aside

[stages]
# override = [{{ node = "dataset:*:scratch_*", stage = "raw" }}]

[classification]
# rule = [{{ category = "personal-data", keys = ["pii"], of_dataset = "some" }}]

[lineage]
# case_insensitive = ["snowflake://*"]   # namespaces whose names are one in upper and lower case

[trail]
# anchor = [{{ kind = "directory", path = "/mnt/other/lineage" }}]   # keeps checkpoints elsewhere

[registry]
# mlflow = [{{ url = "https://mlflow.example.org", token_env = "MLFLOW_TOKEN" }}]   # `lineage pull`
"""


def initialise(folder: Path) -> WorkspacePaths:
    """Return the paths of the workspace that it has made in `folder`.

    Raises:
        ConfigError: there is a workspace already.
    """
    paths = workspace_paths(folder)
    if paths.settings.exists():
        raise ConfigError(f"{paths.settings}: this is a workspace already; nothing was changed")
    for source in LANDING_FOLDERS:
        (paths.landing / source).mkdir(parents=True, exist_ok=True)
    paths.policy.mkdir(exist_ok=True)
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in paths.root.name) or "lineage"
    paths.settings.write_text(SETTINGS_TEXT.format(name=name), encoding="utf-8")
    return paths
