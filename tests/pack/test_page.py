"""The page of a pack opens offline, in every window, and wants nothing from elsewhere."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.browsers import browser_context, watched_page
from tests.pack.packs import pack_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Demo

WINDOWS: Final = {
    "desk": {"viewport": {"width": 1200, "height": 800}},
    "dark": {"viewport": {"width": 1200, "height": 800}, "color_scheme": "dark"},
    "telephone": {"viewport": {"width": 320, "height": 640}},
    "without scripts": {"java_script_enabled": False},
}


@pytest.mark.browser
@pytest.mark.parametrize("window", WINDOWS)
def test_a_page_is_read_out_of_the_pack(demo: Demo, tmp_path: Path, window: str) -> None:
    made = pack_of(demo.workspace, "credit-risk@3", tmp_path / "pack.zip")
    with zipfile.ZipFile(made.file) as archive:
        archive.extractall(tmp_path / "pack")
    options: dict[str, Any] = WINDOWS[window]
    complaints: list[str] = []
    with browser_context(**options) as context:
        page = watched_page(context, complaints)
        page.goto(f"file://{tmp_path}/pack/index.html")
        assert page.locator("#allowed").inner_text() == "Whether it is allowed"
        assert page.locator(".picture svg").first.is_visible()
        if window != "without scripts":
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0
        page.get_by_role("link", name="card/card.html").click()
        assert page.locator("h1").inner_text().startswith("credit-risk")
    assert complaints == []
