"""The command line: `lineage …`. stdout is data, stderr is diagnostics.

Commands are imported when they run, so `lineage --help` costs no more than click.
"""

from __future__ import annotations

import os
import sys

import click

from lineage_pipeline import __version__
from lineage_pipeline.cli.commands import COMMANDS, LazyGroup
from lineage_pipeline.errors import (
    IntegrityError,
    LineageError,
    StorageError,
    is_out_of_room,
)

STORAGE = frozenset({"_internal", "deltalake", "duckdb", "_duckdb", "polars", "pyarrow"})
"""Packages whose own errors, when nothing else explains them, mean that storage is damaged.

`_internal` is what Delta's own call themselves.
"""


@click.group(
    cls=LazyGroup,
    commands_by_name=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="lineage")
def cli() -> None:
    """Where a model came from, from OpenLineage events to answers in SQL."""


def main() -> None:
    """Run the command line and leave with its exit code.

    0 good; 1 the answer is no; 2 usage or configuration; 3 integrity broken.
    """
    # Nothing here multiplies matrices: NumPy's threads for it would only spin while they start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("aborted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LineageError as error:
        click.echo(f"lineage: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"lineage: {place}{error.strerror or error}", err=True)
        sys.exit(LineageError.exit_code)
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in STORAGE:
            raise
        if is_out_of_room(error):
            full = StorageError("the workspace", str(error))
            click.echo(f"lineage: {full}", err=True)
            sys.exit(full.exit_code)
        click.echo(
            f"lineage: the lake or the warehouse cannot be read: {error}; if the workspace "
            f"was copied or moved, `lineage run` finds its files again; if files in lake/ were "
            f"damaged or removed, restore them, then `lineage rebuild`",
            err=True,
        )
        sys.exit(IntegrityError.exit_code)
    sys.exit(code if isinstance(code, int) else 0)
