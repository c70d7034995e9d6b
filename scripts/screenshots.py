"""Take the pictures of docs/screenshots from a running demo: `lantoa demo`, then this script.

Anyone can run it: it needs Playwright for Python and a Chromium, and reaches only the demo.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"phone": (360, 740), "desk": (1280, 800)}
PASSWORD = "lan-toa-mau"  # noqa: S105 - of the demo, whose people are made up
PAGES = {
    "dv04": {"home": "/", "news": "/articles", "claims": "/claims", "declare": "/claims/new", "me": "/me"},
    "bithu": {"office": "/", "review": "/review", "progress": "/progress", "programmes": "/programmes"},
    "quantri": {"feeds": "/feeds", "members": "/members", "imports": "/imports", "audit": "/audit"},
}


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--folder", type=Path, default=Path("docs") / "screenshots")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for size, (width, height) in SIZES.items():
            for login, pages in PAGES.items():
                with _signed_in(browser, asked.address, login, width, height) as page:
                    for name, path in pages.items():
                        _take(page, asked.address + path, asked.folder / f"{name}-{size}.png")
        browser.close()


@contextlib.contextmanager
def _signed_in(browser: Browser, address: str, login: str, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#f-login", login)
    page.fill("#f-password", PASSWORD)
    page.click("main button")
    yield page
    context.close()


def _take(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
