"""The entry point of Dagster: everything that `defs/` defines."""

from __future__ import annotations

import warnings
from pathlib import Path

import dagster as dg

from dagster_project import defs as defs_module


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of every module in `defs/`.

    The folder is named by its module, where `load_from_defs_folder` would search for a project
    file: an installed package has none, and the nearest one above it may be somebody else's.
    """
    tree = dg.ComponentTree.from_module(defs_module, project_root=Path(__file__).parent.parent)
    with warnings.catch_warnings():
        # Dagster warns that its own loader of plain modules is a preview.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return tree.build_defs()
