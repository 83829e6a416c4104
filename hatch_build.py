"""The build: every `.pyx` of the package is compiled, everything else is packed as it stands.

Without a C compiler the package is built all the same: a bulk scan then decodes record by record,
and NumPy walks the graph.
"""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES: Final = "lineage_pipeline"


class Compile(BuildHookInterface):
    """Compiles the modules beside their sources, so that an editable install finds them too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; what was built goes into the wheel, which then is one of this platform."""
        del version
        try:
            built = _compiled(Path(self.root))
        except (SystemExit, Exception) as error:  # noqa: BLE001 - whatever a compiler lacks
            self.app.display_warning(
                f"not compiled, large scans and graphs will be slower: {error}"
            )
            return
        build_data["artifacts"] += [f"/{path.as_posix()}" for path in built]
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def _compiled(root: Path) -> list[Path]:
    """Return the modules, relative to the project's root."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    sources = sorted(path.relative_to(root) for path in (root / SOURCES).rglob("*.pyx"))
    flags = [] if sys.platform == "win32" else ["-O3"]
    extensions = [
        Extension(".".join(path.with_suffix("").parts), [str(path)], extra_compile_args=flags)
        for path in sources
    ]
    with tempfile.TemporaryDirectory() as scratch:
        modules = cythonize(
            extensions, build_dir=scratch, include_path=[str(root)], quiet=True, force=True
        )
        distribution = Distribution({"name": "lineage_pipeline", "ext_modules": modules})
        command = distribution.get_command_obj("build_ext")
        command.inplace = True
        command.build_temp = command.build_lib = scratch
        command.ensure_finalized()
        command.run()
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    return [path.with_name(path.stem + suffix) for path in sources]
