"""One writer at a time; a block that ends, however it ends, lets the next one in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import BusyError
from lineage_pipeline.lake.lock import exclusive

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_holder_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "lake" / ".lock"
    with exclusive(file, wait=False):
        with pytest.raises(BusyError, match="try again") as caught, exclusive(file, wait=False):
            pass
        assert str(file) in str(caught.value)
        assert caught.value.exit_code == 2


@pytest.mark.parametrize("wait", [True, False])
def test_the_lock_is_free_after_the_block(tmp_path: Path, *, wait: bool) -> None:
    file = tmp_path / ".lock"
    with exclusive(file, wait=wait):
        pass
    with pytest.raises(ZeroDivisionError), exclusive(file, wait=wait):
        raise ZeroDivisionError
    with exclusive(file, wait=wait):
        assert file.exists()


def test_workspaces_do_not_lock_one_another(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    with exclusive(one, wait=False), exclusive(other, wait=False):
        assert one.exists()
        assert other.exists()
