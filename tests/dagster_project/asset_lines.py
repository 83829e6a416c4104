"""The asset graph as text, one asset a line: key, group, what it is made of.

python -m tests.dagster_project.asset_lines > tests/dagster_project/assets.txt
"""

import sys

import dagster as dg

from dagster_project.definitions import defs as load


def asset_lines(definitions: dg.Definitions) -> list[str]:
    """Return one line for each asset, sorted."""
    return sorted(
        f"{spec.key.to_user_string()} ({spec.group_name})"
        + "".join(sorted(f"\n    {dep.asset_key.to_user_string()}" for dep in spec.deps))
        for spec in definitions.resolve_all_asset_specs()
    )


if __name__ == "__main__":
    sys.stdout.write("\n".join(asset_lines(load())) + "\n")
