"""The command line run inside the tests' process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lineage_pipeline.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


class Result(NamedTuple):
    """What a command returned and printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def lineage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run the command line inside this process, as its entry point does."""

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["lineage", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        code = end.value.code
        return Result(code if isinstance(code, int) else 1, out, err)

    return call
