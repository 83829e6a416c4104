"""The browser that tests drive: Debian's Chromium, without a screen and without a network."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

CHROMIUM: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextlib.contextmanager
def browser_context(**options: Any) -> Iterator[BrowserContext]:
    """Open a browser without a network; `options` are those of Playwright's contexts."""
    assert CHROMIUM, "there is no Chromium on the path; run tests/setup_programs.sh"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser.new_context(**({"offline": True} | options))
        finally:
            browser.close()


def watched_page(context: BrowserContext, complaints: list[str]) -> Page:
    """Return a page; what it prints, raises, asks or wants from elsewhere becomes a complaint."""
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on(
        "request",
        lambda request: request.url.startswith("file:") or complaints.append(request.url),
    )
    return page
